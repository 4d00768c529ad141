import { fc, test } from '@fast-check/vitest'
import { expect } from 'vitest'
import type { CropWindow } from '../crop.ts'
import { type Tap, filters } from '../filters.ts'
import type { Picture } from '../picture.ts'
import { rgbResized } from './rgb-resized.ts'

function noise(width: number, height: number, seed: number): Picture {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * i * seed + i * 7) >> 3)
  return { width, height, channels: 3, data }
}

/** In plain JavaScript, in the order of the pixels, along rows and then along columns. */
function expectedSums(
  { width: whole, data }: Picture,
  { left, top, height }: CropWindow,
  across: readonly Tap[],
  down: readonly Tap[],
): Float64Array {
  const rows = Array.from({ length: height }, (_, y) =>
    across.flatMap(({ first, weights }) =>
      [0, 1, 2].map((channel) => {
        let sum = 0
        for (const [i, weight] of weights.entries())
          sum += weight * (data[((top + y) * whole + left + first + i) * 3 + channel] as number)
        return sum
      }),
    ),
  )
  return Float64Array.from(
    down.flatMap(({ first, weights }) =>
      (rows[0] as number[]).map((_, x) => {
        let sum = 0
        for (const [i, weight] of weights.entries()) sum += weight * (rows[first + i]?.[x] as number)
        return sum
      }),
    ),
  )
}

function expectSame(
  picture: Picture,
  part: CropWindow,
  filter: keyof typeof filters,
  to: readonly [number, number],
) {
  const [across, down] = [filters[filter](part.width, to[0]), filters[filter](part.height, to[1])]
  expect(rgbResized(picture, part, across, down)).toEqual(expectedSums(picture, part, across, down))
}

const side = fc.integer({ min: 1, max: 40 })
const margin = fc.integer({ min: 0, max: 3 })
test.prop([
  fc.constantFrom('area' as const, 'bilinear' as const),
  fc.tuple(side, side),
  fc.tuple(margin, margin, margin, margin),
  fc.tuple(side, side),
  fc.nat(1000),
])('are those of JavaScript to the bit', (filter, [width, height], [left, top, right, bottom], to, seed) => {
  const picture = noise(left + width + right, top + height + bottom, seed)
  expectSame(picture, { left, top, width, height }, filter, to)
})

test('of pictures that are summed in several strips, and of one row after a large picture', () => {
  for (const [width, height, rows] of [
    [1500, 131, 5],
    [1500, 131, 130],
    [30_000, 5, 3],
    [3, 1, 1],
  ] as const)
    expectSame(noise(width, height, 3), { left: 0, top: 0, width, height }, 'bilinear', [7, rows])
})
