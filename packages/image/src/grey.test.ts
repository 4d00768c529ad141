import { test } from '@fast-check/vitest'
import { expect } from 'vitest'
import { pictures, row } from '../test/pictures.ts'
import { isGrey, luma, toGrey, toRgb } from './grey.ts'

test('grey weighs red, green and blue as ITU-R BT.601 does, and keeps alpha', () => {
  const colours = row(3, 255, 0, 0, 0, 255, 0, 0, 0, 255, 200, 200, 200)
  expect(toGrey(colours)).toEqual(row(1, 76, 150, 29, 200))
  expect([luma(255, 0, 0), luma(0, 255, 0), luma(0, 0, 255)]).toEqual([76.245, 149.685, 29.07])
  expect(toGrey(row(4, 255, 0, 0, 7))).toEqual(row(2, 76, 7))
})

test('bytes round half up', () => {
  // 114 · 250 = 28,500 thousandths.
  expect(toGrey(row(3, 0, 0, 250))).toEqual(row(1, 29))
})

test.prop([pictures(1, 2)])('grey becomes three equal colours and comes back', (picture) => {
  const rgb = toRgb(picture)
  expect(isGrey(rgb)).toBe(true)
  expect(toGrey(rgb)).toEqual(picture)
  expect(toGrey(picture)).toBe(picture)
  expect(toRgb(rgb)).toBe(rgb)
})

test.prop([pictures(3, 4)])('one colour is enough for a colour picture', (picture) => {
  const { data, channels } = picture
  const equal = Array.from({ length: data.length / channels }, (_, i) =>
    [1, 2].every((channel) => data[i * channels] === data[i * channels + channel]),
  )
  expect(isGrey(picture)).toBe(equal.every(Boolean))
})
