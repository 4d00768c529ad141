import { fc, test } from '@fast-check/vitest'
import { expect } from 'vitest'
import type { CropWindow } from '../crop.ts'
import { type Tap, filters } from '../filters.ts'
import type { Picture } from '../picture.ts'
import { Resizer } from './resizer.ts'

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

/** Of rows that arrive in groups of `together`. */
function expectSame(
  picture: Picture,
  part: CropWindow,
  filter: keyof typeof filters,
  [width, height]: readonly [number, number],
  together = picture.height,
) {
  const [across, down] = [filters[filter](part.width, width), filters[filter](part.height, height)]
  const resizer = new Resizer(picture.width, 3, { part, width, height, filter, kind: 'floats' })
  const group = picture.width * 3 * together
  for (let at = 0; at < picture.data.length; at += group) resizer.add(picture.data.subarray(at, at + group))
  expect(resizer.finish().data).toEqual(Float32Array.from(expectedSums(picture, part, across, down)))
}

// From 4096 pixels, the kernel sums.
const side = fc.integer({ min: 1, max: 90 })
const margin = fc.integer({ min: 0, max: 3 })
test.prop([
  fc.constantFrom('area' as const, 'bilinear' as const),
  fc.tuple(side, side),
  fc.tuple(margin, margin, margin, margin),
  fc.tuple(side, side),
  fc.integer({ min: 1, max: 50 }),
  fc.nat(1000),
])(
  'are those of JavaScript to the bit',
  (filter, [width, height], [left, top, right, bottom], to, together, seed) => {
    const picture = noise(left + width + right, top + height + bottom, seed)
    expectSame(picture, { left, top, width, height }, filter, to, together)
  },
)

test('of pictures that are summed in several strips, and of one row after a large picture', () => {
  for (const [width, height, rows] of [
    [1500, 131, 5],
    [1500, 131, 130],
    [30_000, 5, 3],
    [3, 1, 1],
  ] as const)
    expectSame(noise(width, height, 3), { left: 0, top: 0, width, height }, 'bilinear', [7, rows], 40)
})

test('of two pictures whose rows arrive in turn', () => {
  const pictures = [noise(100, 80, 3), noise(90, 80, 5)] as const
  const resizing = { width: 6, height: 7, filter: 'area', kind: 'bytes' } as const
  const all = pictures.map(({ width, height }) => ({ ...resizing, part: { left: 0, top: 0, width, height } }))
  const expected = pictures.map((picture, i) => {
    const resizer = new Resizer(picture.width, 3, all[i]!)
    resizer.add(picture.data)
    return resizer.finish()
  })
  const resizers = pictures.map(({ width }, i) => new Resizer(width, 3, all[i]!))
  for (let y = 0; y < 80; y++)
    pictures.forEach(({ width, data }, i) =>
      resizers[i]?.add(data.subarray(y * width * 3, (y + 1) * width * 3)),
    )
  expect(resizers.map((resizer) => resizer.finish())).toEqual(expected)
})
