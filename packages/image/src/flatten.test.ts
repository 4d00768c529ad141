import { test } from '@fast-check/vitest'
import { expect } from 'vitest'
import { pictures, row } from '../test/pictures.ts'
import { flatten } from './flatten.ts'

test('a picture shows through as much as its alpha says', () => {
  expect(flatten(row(2, 200, 51, 200, 255, 200, 0), 100)).toEqual(row(1, 120, 200, 100))
  expect(flatten(row(4, 10, 20, 30, 255, 99, 99, 99, 0), 255)).toEqual(row(3, 10, 20, 30, 255, 255, 255))
})

test.prop([pictures(2, 4)])('each byte is the exact mixture, rounded', (picture) => {
  const { data, channels } = picture
  const expected = [...data].flatMap((value, i) => {
    const alpha = data[i - (i % channels) + channels - 1] as number
    return i % channels === channels - 1 ? [] : [Math.floor((value * alpha + 77 * (255 - alpha)) / 255 + 0.5)]
  })
  expect([...flatten(picture, 77).data]).toEqual(expected)
})

test.prop([pictures(1, 3)])('an opaque picture is left as it is', (picture) => {
  expect(flatten(picture, 9)).toBe(picture)
})
