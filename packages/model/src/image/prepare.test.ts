import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import type { Preprocessing } from '@treadle/core'
import { networkInput } from '@treadle/image'
import { checkPixels } from './pixels.ts'
import { prepareBytes } from './prepare.ts'

const usual: Preprocessing = {
  height: 4,
  width: 4,
  channels: 1,
  scale: 1,
  offset: 0,
  invert: 'auto',
  trim: true,
  fit: 'contain',
  filter: 'area',
  margin: 0,
  background: 'auto',
  trainedOn: 'arrays',
}
const grey = (rows: number[][]) =>
  checkPixels({
    data: Uint8Array.from(rows.flat()),
    width: rows[0]!.length,
    height: rows.length,
    channels: 1,
  })
const inRows = (values: Float32Array, width: number) =>
  Array.from({ length: values.length / width }, (_, row) =>
    Array.from(values.subarray(row * width, (row + 1) * width)),
  )
const images = fc
  .tuple(
    fc.integer({ min: 1, max: 9 }),
    fc.integer({ min: 1, max: 9 }),
    fc.constantFrom(1 as const, 3 as const),
  )
  .chain(([width, height, channels]) =>
    fc
      .uint8Array({ minLength: width * height * channels, maxLength: width * height * channels })
      .map((data) => ({ data: Float32Array.from(data), width, height, channels })),
  )

describe('networkInput', () => {
  test.prop([fc.uint8Array({ minLength: 16, maxLength: 16 }), fc.boolean()])(
    'leaves an image of the network’s size where it is',
    (data, invert) => {
      const prepared = networkInput(checkPixels({ data, width: 4, height: 4, channels: 1 }), {
        ...usual,
        invert,
      })
      expect([...prepared]).toEqual([...data].map((value) => (invert ? 255 - value : value)))
    },
  )

  test('scales to what dividing by 255 in float32 gives', () => {
    const data = Uint8Array.from({ length: 256 }, (_, index) => index)
    const options = { ...usual, width: 256, height: 1, scale: 1 / 255, invert: false }
    const divided = Float32Array.from(data, (value) => Math.fround(value) / Math.fround(255))
    expect(networkInput(checkPixels({ data, width: 256, height: 1, channels: 1 }), options)).toEqual(divided)
    expect(
      networkInput(checkPixels({ data, width: 256, height: 1 }), {
        ...options,
        scale: 2 / 255,
        offset: -1,
      })[255],
    ).toBe(1)
  })

  test('turns dark on light round, and light on dark not', () => {
    const dark = grey([
      [255, 255, 255, 255],
      [255, 0, 10, 255],
      [255, 0, 10, 255],
      [255, 255, 255, 255],
    ])
    const light = { ...dark, data: dark.data.map((value) => 255 - value) as Uint8Array }
    expect(networkInput(dark, usual)).toEqual(networkInput(light, usual))
    expect(inRows(networkInput(dark, usual), 4)[1]).toEqual([0, 255, 245, 0])
    expect(inRows(networkInput(dark, { ...usual, invert: false }), 4)[1]).toEqual([255, 0, 10, 255])
  })

  test('cuts the margin off, keeps the proportions and centres', () => {
    // Two bright pixels, one above the other, somewhere in an uneven dark margin.
    const rows = Array.from({ length: 9 }, (_, y) =>
      Array.from({ length: 7 }, (_value, x) => (x === 5 && (y === 2 || y === 3) ? 200 : (x * y) % 5)),
    )
    const prepared = inRows(networkInput(grey(rows), usual), 4)
    expect(prepared.map((row) => row.map((value) => (value > 100 ? 1 : 0)))).toEqual(
      [0, 1, 2, 3].map(() => [0, 1, 1, 0]),
    )
    const withMargin = inRows(networkInput(grey(rows), { ...usual, margin: 1 }), 4)
    expect(withMargin.flat().filter((value) => value > 100)).toHaveLength(2)
    const stretched = networkInput(grey(rows), { ...usual, fit: 'stretch' })
    expect(stretched.every((value) => value === 200)).toBe(true)
    const untrimmed = networkInput(grey(rows), { ...usual, trim: false })
    expect(Math.max(...untrimmed)).toBeLessThan(200)
  })

  test('an even image stays even', () => {
    const rows = Array.from({ length: 9 }, () => [30, 30, 30])
    expect([...new Set(networkInput(grey(rows), usual))]).toEqual([30])
  })

  test.prop([
    images,
    fc.constantFrom('contain' as const, 'stretch' as const),
    fc.boolean(),
    fc.constantFrom(true, false, 'auto' as const),
  ])(
    'any image fills the network’s input with values in range',
    ({ data, width, height, channels }, fit, trim, invert) => {
      for (const to of [1, 3] as const) {
        const options = { ...usual, height: 5, width: 3, channels: to, fit, trim, invert, scale: 1 / 255 }
        const prepared = networkInput(checkPixels({ data, width, height, channels }), options)
        expect(prepared).toHaveLength(15 * to)
        expect(prepared.every((value) => value >= -1e-6 && value <= 1 + 1e-6)).toBe(true)
      }
    },
  )
})

describe('prepareBytes', () => {
  const plain = { ...usual, scale: 1 / 255 }
  const size = usual.width * usual.height

  test.prop([
    fc.uint8Array({ minLength: size, maxLength: size }),
    fc.constantFrom(true, false, 'auto' as const),
    fc.boolean(),
  ])('stand for what networkInput makes, to the bit', (data, invert, clamped) => {
    const { width, height } = usual
    const pixels = checkPixels({ data: clamped ? new Uint8ClampedArray(data) : data, width, height })
    const bytes = prepareBytes(pixels, { ...plain, invert })
    expect(Float32Array.from(bytes ?? [], (value) => value / 255)).toEqual(
      networkInput(pixels, { ...plain, invert }),
    )
    expect([...pixels.data]).toEqual([...data])
  })

  test('are not had where more is to be done', () => {
    const { width, height } = usual
    const fitting = checkPixels({ data: new Uint8Array(size), width, height, channels: 1 })
    expect(prepareBytes(fitting, plain)).toBeDefined()
    expect(prepareBytes(fitting, { ...plain, scale: 1 })).toBeUndefined()
    expect(prepareBytes(fitting, { ...plain, offset: -1 })).toBeUndefined()
    expect(prepareBytes(fitting, { ...plain, width: width + 1 })).toBeUndefined()
    expect(prepareBytes(fitting, { ...plain, channels: 3 })).toBeUndefined()
    expect(prepareBytes({ ...fitting, data: new Float32Array(size) }, plain)).toBeUndefined()
    const colour = checkPixels({ data: new Uint8Array(3 * size), width, height, channels: 3 })
    expect(prepareBytes(colour, plain)).toBeUndefined()
  })
})

test.each([
  [{ data: new Uint8Array(5), width: 2, height: 2 }, /5 values do not make 2 rows of 2 pixels/],
  [
    { data: new Uint8Array(4), width: 2, height: 2, channels: 3 as const },
    /4 values .* with 3 channels\. Give 1 to 4 values/,
  ],
  [{ data: new Uint8Array(0), width: 0, height: 2 }, /its size is 0 × 2/],
  [{ data: new Uint8Array(4), width: Number.NaN, height: 2 }, /its size is NaN × 2/],
])('pixels that do not agree are refused', (pixels, message) => {
  expect(() => checkPixels(pixels)).toThrow(message)
})
