import { test } from '@fast-check/vitest'
import { expect } from 'vitest'
import { failure } from '../test/failure.ts'
import { row } from '../test/pictures.ts'
import { crop } from './crop.ts'

const picture = {
  width: 3,
  height: 2,
  channels: 2 as const,
  data: Uint8Array.from({ length: 12 }, (_, i) => i),
}

test('a window is copied', () => {
  const { data, ...size } = crop(picture, { left: 1, top: 1, width: 2, height: 1 })
  expect([...data]).toEqual([8, 9, 10, 11])
  expect(size).toEqual({ width: 2, height: 1, channels: 2 })
  expect(crop(picture, { left: 0, top: 0, width: 3, height: 2 })).toEqual(picture)
})

test.each([
  { left: 2, top: 0, width: 2, height: 1 },
  { left: 0, top: 1, width: 1, height: 2 },
  { left: -1, top: 0, width: 1, height: 1 },
  { left: 0.5, top: 0, width: 1, height: 1 },
  { left: 0, top: 0, width: 0, height: 1 },
])('$left, $top, $width × $height is refused', async (window) => {
  expect((await failure(() => crop(picture, window))).code).toBe('IMAGE_BAD_PICTURE')
  expect((await failure(() => crop(row(1, 5), { left: 0, top: 0, width: 9, height: 1 }))).message).toBe(
    'Cropping a picture: the window of 9 × 1 pixels at (0, 0) must lie inside 1 × 1 pixels.',
  )
})
