import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { imagesOf } from './image-input.ts'
import { checkPixels } from './pixels.ts'
import { inByteRange } from './value-range.ts'

const pixels = (values: readonly number[], range?: readonly [number, number]) =>
  checkPixels({ data: Float32Array.from(values), width: values.length, height: 1, range })

describe('floats whose range is not that of pixels', () => {
  test.each<[string, number[], RegExp]>([
    [
      'scaled to [0, 1]',
      [0, 0.5, 1],
      /between 0 and 1, where 0 is black and 255 is white.*`range`, such as \[0, 1\]/,
    ],
    ['interpolated in [0, 1]', [-0.02, 0.5, 1.03], /`range`/],
    ['scaled to [-1, 1]', [-1, 0, 1], /`range`/],
    ['standardised', [-1.9, 0.2, 2.4], /`range`/],
    ['of 16 bits', [0, 65_535], /between 0 and 65535.*\[0, 65535\]/],
    ['far below black', [-200, 0, 255], /between -200 and 255/],
    ['infinite', [0, Infinity, 255], /between 0 and Infinity/],
    ['NaN', [0, 9, Number.NaN, 255], /value 2 is NaN/],
  ])('%s', (_, values, message) => {
    expect(() => pixels(values)).toThrow(message)
    expect(() => pixels(values)).toThrow(expect.objectContaining({ code: 'MODEL_BAD_IMAGE' }))
  })
})

test('black floats, and interpolated ones, are pixels', () => {
  expect([...pixels([0, 0, 0]).data]).toEqual([0, 0, 0])
  expect([...pixels([-3, 128, 260]).data]).toEqual([-3, 128, 260])
  expect([...pixels([0, 0.5, 1], [0, 255]).data]).toEqual([0, 0.5, 1])
})

test('a range that is no pair of different numbers is an error', () => {
  for (const range of [[0], [0, 0], [0, Number.NaN], [0, 1, 2], 'x', null])
    expect(() => pixels([0, 1], range as never)).toThrow(/`range` \(=.*pair of different numbers/)
})

test('a black image among others of a data set is no error', () => {
  const batch = { images: Float32Array.of(0, 1, 0, 250), count: 2, height: 1, width: 2, channels: 1 }
  expect(imagesOf(batch).map(({ data }) => [...data])).toEqual([
    [0, 1],
    [0, 250],
  ])
  const scaled = { ...batch, images: Float32Array.of(0, 0, 0, 1) }
  expect(() => imagesOf(scaled)).toThrow(/`range`/)
  expect(imagesOf({ ...scaled, range: [0, 1] }).map(({ data }) => [...data])).toEqual([
    [0, 0],
    [0, 255],
  ])
})

const bytes = fc.uint8Array({ minLength: 1, maxLength: 20 })
const bound = fc.integer({ min: -1000, max: 1000 })

property.prop([bytes, bound, bound.filter((white) => white !== 0)])(
  'values of any range become bytes',
  (values, black, width) => {
    const given = Float32Array.from(values, (value) => black + (value / 255) * width)
    const scaled = inByteRange(given, [black, black + width])
    scaled.forEach((value, i) => expect(value).toBeCloseTo(values[i] as number, 1))
  },
)
