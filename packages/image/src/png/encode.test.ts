import { test } from '@fast-check/vitest'
import { decode } from 'fast-png'
import { expect } from 'vitest'
import { pictures } from '../../test/pictures.ts'
import { encodePng } from './encode.ts'

test.prop([pictures(1, 2, 3, 4)])('another decoder reads the picture that was encoded', (picture) => {
  const { width, height, channels, depth, data } = decode(encodePng(picture), { checkCrc: true })
  expect({ width, height, channels, data }).toEqual(picture)
  expect(depth).toBe(8)
})
