import type { Preprocessing } from '@treadle/core'
import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import cases from '../../test/fixtures/preprocess.json' with { type: 'json' }
import { inFloats, pictures, row } from '../../test/pictures.ts'
import type { Channels, Picture } from '../picture.ts'
import { toGrey } from '../grey.ts'
import { borderMean } from './border.ts'
import { colourText } from './colour.ts'
import { opaque } from './opaque.ts'
import { networkInput, preprocess } from './preprocess.ts'

const ofFiles: Preprocessing = {
  height: 4,
  width: 4,
  channels: 1,
  scale: 1 / 255,
  offset: 0,
  invert: false,
  trim: false,
  fit: 'crop',
  filter: 'bilinear',
  margin: 0,
  background: '#000000',
  trainedOn: 'files',
}
const bytes = (text: string) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
const floats = (channels: Channels, ...data: readonly number[]) => inFloats(row(channels, ...data))

describe('one opaque plane', () => {
  test('colours become their luma, and grey becomes three equal colours', () => {
    const { data } = opaque(floats(3, 255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 9, 9), 1, 'auto')
    expect([...data]).toEqual([76.245, 149.685, 29.07, 9].map((value) => expect.closeTo(value, 4)))
    expect([...opaque(row(1, 7), 3, 'auto').data]).toEqual([7, 7, 7])
    expect([...opaque(row(3, 1, 2, 3), 3, 'auto').data]).toEqual([1, 2, 3])
  })

  test('what is transparent contrasts with what is not', () => {
    expect([...opaque(row(2, 255, 255, 0, 0), 1, 'auto').data]).toEqual([255, 0])
    expect([...opaque(row(2, 10, 255, 0, 0), 1, 'auto').data]).toEqual([10, 255])
    expect([...opaque(row(4, 10, 20, 30, 255, 99, 99, 99, 0), 3, 'auto').data]).toEqual([
      10, 20, 30, 255, 255, 255,
    ])
    expect([...opaque(row(2, 200, 51, 200, 255), 1, 'auto').data]).toEqual([40, 200])
    expect([...opaque(row(2, 9, 0, 200, 0), 1, 'auto').data]).toEqual([0, 0])
  })

  test('a background colour is behind transparent pixels, as its luma in a grey picture', () => {
    const clear = row(4, 1, 2, 3, 0)
    expect([...opaque(clear, 3, '#ff8001').data]).toEqual([255, 128, 1])
    expect([...opaque(clear, 1, '#ff0000').data]).toEqual([76])
    expect(() => opaque(clear, 3, 'red')).toThrow('must be black, white or #rrggbb')
  })

  test('colours have several names and one form', () => {
    expect(['black', 'White', '#FF8000', 128, 0].map(colourText)).toEqual([
      '#000000',
      '#ffffff',
      '#ff8000',
      '#808080',
      '#000000',
    ])
    expect(['red', '#fff', 256, -1, 0.5, undefined].map(colourText)).toEqual(Array(6).fill(undefined))
  })

  test.prop([pictures(1, 3)])('the border is every outermost pixel once', (plane) => {
    const { data, width, height, channels } = plane
    const sums = Array.from({ length: channels }, () => 0)
    let count = 0
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        if (x > 0 && y > 0 && x < width - 1 && y < height - 1) continue
        count++
        for (let channel = 0; channel < channels; channel++)
          sums[channel]! += data[(y * width + x) * channels + channel]!
      }
    }
    expect(borderMean(plane)).toEqual(sums.map((sum) => sum / count))
  })
})

describe('the contract of files', () => {
  test.each(cases)('$fit from $from to $to: Pillow’s values within 1', ({ fit, from, to, data, pillow }) => {
    const [width = 0, height = 0] = to
    const contract = { ...ofFiles, width, height, channels: 3, background: '#ff8000', fit } as Preprocessing
    const picture: Picture = { width: from[0]!, height: from[1]!, channels: 3, data: bytes(data) }
    const ours = preprocess(picture, contract)
    expect(ours).toMatchObject({ width, height, channels: 3 })
    const differences = Array.from(bytes(pillow), (value, i) => Math.abs(value - ours.data[i]!))
    expect(Math.max(...differences)).toBeLessThanOrEqual(1)
  })

  const any = [
    pictures(1, 2, 3, 4),
    fc.record({
      height: fc.integer({ min: 1, max: 6 }),
      width: fc.integer({ min: 1, max: 6 }),
      channels: fc.constantFrom(1 as const, 3 as const),
      invert: fc.boolean(),
      trim: fc.boolean(),
      fit: fc.constantFrom('crop' as const, 'pad' as const, 'contain' as const, 'stretch' as const),
      filter: fc.constantFrom('area' as const, 'bilinear' as const),
      background: fc.constantFrom('#000000', '#ffffff', '#12ab0f', 'auto'),
    }),
  ] as const

  test.prop([...any])('gives bytes of its size, the same for bytes and floats', (picture, options) => {
    const contract = { ...ofFiles, ...options }
    const { data, ...size } = preprocess(picture, contract)
    expect(data).toBeInstanceOf(Uint8Array)
    expect(size).toEqual({ height: contract.height, width: contract.width, channels: contract.channels })
    expect(data).toHaveLength(contract.height * contract.width * contract.channels)
    expect(preprocess(inFloats(picture), contract).data).toEqual(data)
    expect(networkInput(picture, contract)).toEqual(Float32Array.from(data, (value) => value / 255))
  })

  test.prop([...any])('prepares grey files for RGB as RGB files of equal colours', (picture, options) => {
    const contract = { ...ofFiles, ...options, channels: 3 } as const
    const grey = toGrey(picture)
    const tripled = opaque(grey, 3, contract.background)
    expect(preprocess(grey, contract)).toEqual(preprocess(tripled, contract))
  })

  test('trims pictures of the network’s size too, and inverts last', () => {
    const rows = [9, 9, 9, 9, 9, 200, 100, 9, 9, 100, 200, 9, 9, 9, 9, 9]
    const picture: Picture = { width: 4, height: 4, channels: 1, data: Uint8Array.from(rows) }
    const options = { ...ofFiles, height: 2, width: 2, trim: true }
    expect([...preprocess(picture, options).data]).toEqual([200, 100, 100, 200])
    expect([...preprocess(picture, { ...options, invert: true }).data]).toEqual([55, 155, 155, 55])
    const [first] = preprocess(picture, { ...ofFiles, trim: true, filter: 'area' }).data
    expect(first).toBe(200)
  })
})

test('a picture of the size of arrays is only inverted, as floats', () => {
  const contract = { ...ofFiles, height: 1, trainedOn: 'arrays', trim: true, invert: 'auto' } as const
  const prepared = preprocess(row(1, 200, 200, 10, 200), contract).data
  expect(prepared).toEqual(Float32Array.of(55, 55, 245, 55))
})
