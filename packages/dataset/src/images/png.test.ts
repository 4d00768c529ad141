import { isTreadleError } from '@treadle/core'
import { fc, test } from '@fast-check/vitest'
import { encode } from 'fast-png'
import { describe, expect } from 'vitest'
import { failure } from '../../test/failure.ts'
import { bytesOf32, joined, pngChunk, zlibStored } from '../../../../test/support/png.ts'
import { type PngSpec, channelsOf, greyPng, writePng } from '../../test/png.ts'
import { decodePng } from './png.ts'

const depths = { 0: [1, 2, 4, 8, 16], 2: [8, 16], 3: [1, 2, 4, 8], 4: [8, 16], 6: [8, 16] } as const

const pngs: fc.Arbitrary<PngSpec> = fc
  .record({
    width: fc.integer({ min: 1, max: 9 }),
    height: fc.integer({ min: 1, max: 5 }),
    colourType: fc.constantFrom(0, 2, 3, 4, 6),
  })
  .chain((size) => fc.constantFrom(...depths[size.colourType]).map((depth) => ({ ...size, depth })))
  .chain((format) => {
    const length = format.width * format.height * channelsOf[format.colourType]
    const value = fc.integer({ min: 0, max: 2 ** format.depth - 1 })
    return fc.record({
      width: fc.constant(format.width),
      height: fc.constant(format.height),
      colourType: fc.constant(format.colourType),
      depth: fc.constant(format.depth),
      values: fc.array(value, { minLength: length, maxLength: length }),
    })
  })
  .map((spec) =>
    spec.colourType === 3
      ? { ...spec, palette: Array.from({ length: 2 ** spec.depth }, (_, i) => colour(i)) }
      : spec,
  )

const colour = (index: number) => [index, (index * 7) % 256, 255 - index] as [number, number, number]

/** The same by the definition, one value at a time. */
function expected({ colourType, depth, values }: PngSpec, background: number): number[] {
  const channels = channelsOf[colourType]
  const pixels = Array.from({ length: values.length / channels }, (_, i) =>
    Array.from(values).slice(i * channels, (i + 1) * channels),
  )
  const full = 2 ** depth - 1
  const scaled = (value: number) => Math.floor((value / full) * 255 + 0.5)
  return pixels.flatMap((pixel) => {
    if (colourType === 3) return colour(pixel[0] as number)
    if (colourType === 0 || colourType === 2) return pixel.map(scaled)
    const opacity = (pixel.at(-1) as number) / full
    return pixel
      .slice(0, -1)
      .map((value) => Math.floor((value / full) * 255 * opacity + background * (1 - opacity) + 0.5))
  })
}

test.prop([pngs, fc.constantFrom(0, 100, 255)], { numRuns: 300 })(
  'every colour type and depth',
  async (spec, background) => {
    const { data, width, height, channels } = await decodePng(writePng(spec), 'a.png', background)
    expect([width, height, channels]).toEqual([spec.width, spec.height, spec.colourType % 4 === 0 ? 1 : 3])
    expect([...data]).toEqual(expected(spec, background))
  },
)

describe('transparency', () => {
  test('of a palette’s colour', async () => {
    const palette = [
      [10, 20, 30],
      [40, 50, 60],
    ] as const
    const png = writePng({
      width: 2,
      height: 1,
      colourType: 3,
      depth: 1,
      values: [0, 1],
      palette,
      transparency: [0],
    })
    expect([...(await decodePng(png, 'a.png', 200)).data]).toEqual([200, 200, 200, 40, 50, 60])
  })

  test('of one grey or one colour', async () => {
    const grey = writePng({
      width: 2,
      height: 1,
      colourType: 0,
      depth: 4,
      values: [3, 15],
      transparency: [0, 3],
    })
    expect([...(await decodePng(grey, 'a.png', 9)).data]).toEqual([9, 255])
    const values = [1, 2, 3, 1, 2, 4, 5, 6, 7]
    const rgb = writePng({
      width: 3,
      height: 1,
      colourType: 2,
      depth: 8,
      values,
      transparency: [0, 1, 0, 2, 0, 3],
    })
    expect([...(await decodePng(rgb, 'a.png', 9)).data]).toEqual([9, 9, 9, 1, 2, 4, 5, 6, 7])
  })
})

test('filters and interlacing', async () => {
  const data = Uint8Array.from({ length: 20 * 11 * 3 }, (_, index) => (index * 31) % 256)
  for (const interlace of ['null', 'Adam7'] as const) {
    const png = encode({ width: 20, height: 11, channels: 3, depth: 8, data }, { interlace })
    expect([...(await decodePng(png, 'a.png', 0)).data]).toEqual([...data])
  }
})

function header(width: number, height: number, rest = [8, 0, 0, 0, 0]): Uint8Array {
  return pngChunk('IHDR', joined(bytesOf32(width, height), Uint8Array.from(rest)))
}

describe('what is no PNG, or a damaged one, is named', () => {
  const good = greyPng(3, 3, 7)
  const signature = good.subarray(0, 8)
  const end = pngChunk('IEND')
  test.each<[string, Uint8Array, RegExp]>([
    ['nothing', new Uint8Array(0), /does not start as a PNG/],
    ['a JPEG', Uint8Array.of(0xff, 0xd8, 0xff, 0xe0), /does not start as a PNG/],
    ['one cut short', good.subarray(0, good.length - 13), /cut short/],
    [
      'one whose header claims too much',
      joined(signature, header(60_000, 60_000), pngChunk('IDAT', zlibStored(new Uint8Array(99))), end),
      /60000 × 60000 pixels, more than its \d+ bytes/,
    ],
    ['one without a size', joined(signature, header(0, 5), end), /header is damaged/],
    ['one with two headers', joined(signature, header(1, 1), header(9, 9), end), /header is damaged/],
    ['one without pixels', joined(signature, header(2, 2), end), /more than its 0 bytes/],
    [
      'one with too few pixels',
      joined(signature, header(3, 3), pngChunk('IDAT', zlibStored(new Uint8Array(5))), end),
      /./,
    ],
    [
      'one interlaced at 4 bits',
      joined(signature, header(1, 1, [4, 0, 0, 0, 1]), pngChunk('IDAT', zlibStored(new Uint8Array(2))), end),
      /without interlacing/,
    ],
  ])('%s', async (_, bytes, message) => {
    const error = await failure(() => decodePng(bytes, 'shirts/odd.png', 0))
    expect([error.code, error.message]).toEqual(['DATASET_BAD_PNG', expect.stringMatching(message)])
    expect(error.message).toContain('shirts/odd.png')
  })

  test.prop([pngs, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }), fc.nat()], {
    numRuns: 500,
  })('whatever the damage, nothing but a TreadleError comes out', async (spec, changes, cut) => {
    const bytes = Uint8Array.from(writePng(spec))
    for (const [at, value] of changes) bytes[at % bytes.length] = value
    try {
      await decodePng(cut % 4 === 0 ? bytes.subarray(0, cut % bytes.length) : bytes, 'a.png', 0)
    } catch (error) {
      if (!isTreadleError(error)) throw error
    }
  })
})
