import { fc, test } from '@fast-check/vitest'
import { isTreadleError } from '@treadle/core'
import { expect } from 'vitest'
import { encodePng, samplesPerPixel } from '../../test/encode-png.ts'
import type { PngImage } from '../../test/encode-png.ts'
import { decodePng } from './decode-png.ts'

const kinds = [
  [0, 1],
  [0, 2],
  [0, 4],
  [0, 8],
  [0, 16],
  [2, 8],
  [2, 16],
  [3, 1],
  [3, 2],
  [3, 4],
  [3, 8],
  [4, 8],
  [4, 16],
  [6, 8],
  [6, 16],
] as const

/** A PNG of one colour type and depth, and the pixels that it stands for. */
const png = ([colorType, bitDepth]: (typeof kinds)[number]) =>
  fc
    .record({
      width: fc.integer({ min: 1, max: 12 }),
      height: fc.integer({ min: 1, max: 12 }),
      interlaced: fc.boolean(),
      transparent: fc.boolean(),
      seed: fc.nat(),
    })
    .map(({ width, height, interlaced, transparent, seed }) => {
      const perPixel = samplesPerPixel[colorType]
      const largest = 2 ** bitDepth - 1
      let state = seed
      const next = (bound: number) => (state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff) % bound
      const samples = Array.from({ length: width * height * perPixel }, () => next(largest + 1))
      const image: PngImage = { width, height, colorType, bitDepth, interlaced, samples }
      if (colorType === 3)
        image.palette = Array.from({ length: largest + 1 }, () => [next(256), next(256), next(256)] as const)
      // fast-png takes no transparent colour for fewer than three pixels.
      const withAlpha =
        transparent && width * height >= 3 && (colorType === 0 || colorType === 2 || colorType === 3)
      if (withAlpha) {
        image.transparency =
          colorType === 3 ? image.palette!.map(() => next(256)) : samples.slice(0, perPixel)
      }
      return { image, channels: channelsOf(image) }
    })

const channelsOf = ({ colorType, transparency }: PngImage) =>
  (colorType === 3 ? 3 : samplesPerPixel[colorType]) + (transparency === undefined ? 0 : 1)

function expected(
  { samples, colorType, bitDepth, palette, transparency }: PngImage,
  pixel: number,
): number[] {
  const perPixel = samplesPerPixel[colorType]
  const own = Array.from({ length: perPixel }, (_, index) => samples[pixel * perPixel + index] as number)
  if (palette) {
    const index = own[0] as number
    return [...palette[index]!, ...(transparency ? [transparency[index] as number] : [])]
  }
  const scaled = own.map((sample) => (sample * 255) / (2 ** bitDepth - 1))
  if (!transparency) return scaled
  return [...scaled, own.every((sample, index) => sample === transparency[index]) ? 0 : 255]
}

for (const kind of kinds) {
  test.prop([png(kind)], { numRuns: 40 })(
    `colour type ${kind[0]} with ${kind[1]} bits`,
    ({ image, channels }) => {
      if (image.interlaced && image.bitDepth < 8) {
        expect(() => decodePng(encodePng(image))).toThrow(
          /interlaced with fewer than 8 bits a sample\. Save it without/,
        )
        return
      }
      const decoded = decodePng(encodePng(image))
      expect(decoded).toMatchObject({ width: image.width, height: image.height, channels })
      for (let pixel = 0; pixel < image.width * image.height; pixel++) {
        const found = [...decoded.data.subarray(pixel * channels, (pixel + 1) * channels)]
        expect(found).toEqual(expected(image, pixel).map(Math.fround))
      }
    },
  )
}

const small = encodePng({ width: 3, height: 2, colorType: 0, bitDepth: 8, samples: [1, 2, 3, 4, 5, 6] })

test.each([
  ['JPEG', [0xff, 0xd8, 0xff, 0xe0], /it is a JPEG, not a PNG/],
  ['GIF', [0x47, 0x49, 0x46, 0x38], /it is a GIF, not a PNG/],
  ['nothing', [], /it is not a PNG\. Convert it to PNG, or/],
])('%s is refused', (_, bytes, message) => {
  expect(() => decodePng(Uint8Array.from({ length: 64 }, (_value, index) => bytes[index] ?? 0))).toThrow(
    message,
  )
})

test('a PNG that claims too many pixels is refused before anything is allocated', () => {
  const bomb = small.slice()
  new DataView(bomb.buffer).setUint32(16, 0xffffffff)
  new DataView(bomb.buffer).setUint32(20, 0xffffffff)
  expect(() => decodePng(bomb)).toThrow(/4294967295 × 4294967295 pixels, more than/)
})

test('every truncated PNG is refused', () => {
  for (let length = 0; length < small.length; length++) {
    expect(() => decodePng(small.subarray(0, length))).toThrow(/not a PNG|its PNG is damaged/)
  }
})

test.prop([fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 5 })], { numRuns: 2000 })(
  'a damaged PNG is refused or decoded, and nothing else',
  (changes) => {
    const bytes = small.slice()
    for (const [at, value] of changes) bytes[at % bytes.length] = value
    try {
      const { data, width, height, channels } = decodePng(bytes)
      expect(data).toHaveLength(width * height * channels)
    } catch (error) {
      expect(isTreadleError(error), String((error as Error).stack)).toBe(true)
    }
  },
)

test.prop([fc.uint8Array({ maxLength: 200 })])(
  'arbitrary bytes after a PNG’s signature are refused',
  (bytes) => {
    expect(() => decodePng(Uint8Array.from([...small.subarray(0, 8), ...bytes]))).toThrow(/Reading the image/)
  },
)
