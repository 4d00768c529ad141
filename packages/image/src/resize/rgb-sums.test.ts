import { fc, test } from '@fast-check/vitest'
import { expect } from 'vitest'
import { type Tap, filters } from '../filters.ts'
import type { Picture } from '../picture.ts'
import { rgbSums } from './rgb-sums.ts'

function noise(width: number, height: number, seed: number): Picture {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * i * seed + i * 7) >> 3)
  return { width, height, channels: 3, data }
}

/** In plain JavaScript, in the order of the pixels. */
function expectedSums({ width, height, data }: Picture, taps: readonly Tap[]): Float64Array {
  const sums: number[] = []
  for (let y = 0; y < height; y++)
    for (const { first, weights } of taps)
      for (let channel = 0; channel < 3; channel++) {
        let sum = 0
        for (const [i, weight] of weights.entries())
          sum += weight * (data[(y * width + first + i) * 3 + channel] as number)
        sums.push(sum)
      }
  return Float64Array.from(sums)
}

const side = fc.integer({ min: 1, max: 40 })
test.prop([fc.constantFrom('area', 'bilinear'), side, side, side, fc.nat(1000)])(
  'are those of JavaScript to the bit',
  (filter, width, height, to, seed) => {
    const picture = noise(width, height, seed)
    const taps = filters[filter](width, to)
    expect(rgbSums(picture, taps)).toEqual(expectedSums(picture, taps))
  },
)

test('of pictures that are summed in several strips, and of one row after a large picture', () => {
  for (const [width, height] of [
    [1500, 131],
    [30_000, 5],
    [3, 1],
  ] as const) {
    const picture = noise(width, height, 3)
    const taps = filters.bilinear(width, 7)
    expect(rgbSums(picture, taps)).toEqual(expectedSums(picture, taps))
  }
})
