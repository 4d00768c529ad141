import { fc, test } from '@fast-check/vitest'
import { type LabelledImages, Purpose, RandomStream, permutation } from '@treadle/core'
import { describe, expect } from 'vitest'
import { augmentSamples } from './augment-samples.ts'
import {
  type Augmentation,
  augmentationList,
  augmentations,
  brightness,
  contrast,
  cutmix,
  cutout,
  erase,
  flip,
  mixup,
  noise,
  rotate,
  shear,
  shift,
  zoom,
} from './index.ts'
import { augmented as made } from '../testing/pixels.ts'
import { resolveAugmentation } from './resolve.ts'

/** Images of any size with random bytes. */
const anyImages = fc
  .record({
    count: fc.integer({ min: 1, max: 4 }),
    height: fc.integer({ min: 1, max: 9 }),
    width: fc.integer({ min: 1, max: 9 }),
    channels: fc.constantFrom(1, 3),
    seed: fc.nat(0xffffffff),
  })
  .map(({ count, height, width, channels, seed }) => {
    const random = new RandomStream(seed, Purpose.split)
    const images = Uint8Array.from(
      { length: count * height * width * channels },
      (_, i) => random.at(i) & 255,
    )
    return { kind: 'images' as const, images, labels: new Int32Array(count), count, height, width, channels }
  })
type Images = LabelledImages

const at = fc.record({ seed: fc.nat(0xffffffff), epoch: fc.nat(50) })
const augmented = async (...args: Parameters<typeof made>): Promise<Uint8Array> =>
  (await made(...args)).images

/** The pixel of an image as text; of places outside of it what `outside` says. */
function reader({ images, height, width, channels }: Images, image: number) {
  return (y: number, x: number): string | undefined => {
    if (y < 0 || x < 0 || y >= height || x >= width) return undefined
    const start = ((image * height + y) * width + x) * channels
    return images.subarray(start, start + channels).join()
  }
}

/** Whether the image is what `source` says for each pixel. */
function equals(
  images: Images,
  image: number,
  source: (y: number, x: number) => string | undefined,
): boolean {
  const pixel = reader(images, image)
  for (let y = 0; y < images.height; y++)
    for (let x = 0; x < images.width; x++) if (pixel(y, x) !== source(y, x)) return false
  return true
}

/** NumPy's `symmetric` padding, by its definition: the image, its mirror image, the image … */
function symmetric(index: number, length: number): number {
  const period = ((index % (2 * length)) + 2 * length) % (2 * length)
  return period < length ? period : 2 * length - 1 - period
}

const flips = ['horizontal', 'vertical', 'horizontal_and_vertical', 'alternating'] as const

describe('flip', () => {
  test.prop([anyImages, at, fc.constantFrom(...flips)])(
    'mirrors an image or leaves it, and twice is identity',
    async (images, where, direction) => {
      const once = { ...images, images: await augmented(images, [flip(direction)], where) }
      for (let i = 0; i < images.count; i++) {
        const pixel = reader(images, i)
        const [down, across] = [/vertical/.test(direction), direction !== 'vertical']
        const mirrored = (vertical: boolean, horizontal: boolean) => (y: number, x: number) =>
          pixel(vertical ? images.height - 1 - y : y, horizontal ? images.width - 1 - x : x)
        const results = [false, down].flatMap((v) => [mirrored(v, false), mirrored(v, across)])
        expect(results.some((result) => equals(once, i, result))).toBe(true)
      }
      // The same draw flips the same images back.
      expect(await augmented(once, [flip(direction)], where)).toEqual(images.images)
    },
  )

  test('flips half of many images', async () => {
    const count = 2000
    const images = { ...pair, images: Uint8Array.from({ length: 2 * count }, (_, i) => i % 2), count }
    const flipped = async (epoch: number, direction: 'horizontal' | 'alternating') =>
      (await augmented(images, [flip(direction)], { epoch })).filter((_, i) => i % 2 === 0)
    for (const direction of ['horizontal', 'alternating'] as const) {
      const share = (await flipped(0, direction)).reduce((sum, one) => sum + one, 0) / count
      expect(Math.abs(share - 0.5)).toBeLessThan(0.05)
    }
    const opposite = (await flipped(0, 'alternating')).map((one) => 1 - one)
    expect(await flipped(1, 'alternating')).toEqual(opposite)
    expect(await flipped(2, 'alternating')).toEqual(await flipped(0, 'alternating'))
    expect(await flipped(1, 'horizontal')).not.toEqual(await flipped(0, 'horizontal'))
  })

  test('flips in each direction half of many images, independently', async () => {
    const count = 4000
    const images = { ...square, images: Uint8Array.from({ length: 4 * count }, (_, i) => i % 4), count }
    const seen = await augmented(images, [flip('horizontal_and_vertical')])
    const shares = [0, 1, 2, 3].map(
      (corner) => seen.filter((value, i) => i % 4 === 0 && value === corner).length / count,
    )
    for (const share of shares) expect(Math.abs(share - 0.25)).toBeLessThan(0.03)
  })
})

const square = {
  kind: 'images' as const,
  images: Uint8Array.of(0, 1, 2, 3),
  labels: new Int32Array(1),
  count: 1,
  height: 2,
  width: 2,
  channels: 1,
}

const pair = {
  kind: 'images' as const,
  images: Uint8Array.of(0, 1),
  labels: new Int32Array(1),
  count: 1,
  height: 1,
  width: 2,
  channels: 1,
}

describe('shift', () => {
  test.prop([anyImages, at, fc.nat(9)])(
    'is a crop of the image with symmetric padding, at most that far',
    async (images, where, given) => {
      const most = Math.min(given, images.height, images.width)
      const moved = { ...images, images: await augmented(images, [shift(most)], where) }
      const distances = Array.from({ length: 2 * most + 1 }, (_, i) => i - most)
      for (let i = 0; i < images.count; i++) {
        const pixel = reader(images, i)
        const fits = distances.some((dy) =>
          distances.some((dx) =>
            equals(moved, i, (y, x) =>
              pixel(symmetric(y - dy, images.height), symmetric(x - dx, images.width)),
            ),
          ),
        )
        expect(fits).toBe(true)
      }
    },
  )

  test('reaches every distance about equally often', async () => {
    // One bright pixel in the middle of 5 × 5.
    const count = 2500
    const images = Uint8Array.from({ length: 25 * count }, (_, i) => (i % 25 === 12 ? 255 : 0))
    const data = { ...pair, images, count, height: 5, width: 5, labels: new Int32Array(count) }
    const moved = await augmented(data, [shift(1)])
    const found = new Map<number, number>()
    for (let i = 0; i < count; i++) {
      const place = moved.subarray(25 * i, 25 * (i + 1)).indexOf(255)
      found.set(place, (found.get(place) ?? 0) + 1)
    }
    expect([...found.keys()].sort((a, b) => a - b)).toEqual([6, 7, 8, 11, 12, 13, 16, 17, 18])
    for (const times of found.values()) expect(Math.abs(times / count - 1 / 9)).toBeLessThan(0.03)
  })
})

test.prop([anyImages, at, fc.integer({ min: 1, max: 12 })])(
  'cutout makes a square black that is clipped at the borders, and nothing else',
  async (images, where, side) => {
    const bright = { ...images, images: images.images.map((byte) => byte | 1) }
    const cut = { ...bright, images: await augmented(bright, [cutout(side)], where) }
    const black = Array<number>(images.channels).fill(0).join()
    const centres = Array.from({ length: images.height * images.width }, (_, i) => i)
    for (let i = 0; i < images.count; i++) {
      const pixel = reader(bright, i)
      const fits = centres.some((centre) => {
        const top = Math.floor(centre / images.width) - (side >> 1)
        const left = (centre % images.width) - (side >> 1)
        return equals(cut, i, (y, x) =>
          y >= top && y < top + side && x >= left && x < left + side ? black : pixel(y, x),
        )
      })
      expect(fits).toBe(true)
    }
  },
)

describe('erase', () => {
  const size = 20
  const count = 600
  const black = {
    ...pair,
    images: new Uint8Array(count * size * size * 3),
    labels: new Int32Array(count),
    count,
    height: size,
    width: size,
    channels: 3,
  }

  test.each([0.25, 1])(
    'changes a rectangle of %d of the images, of 2 to 40 percent of the area',
    async (fraction) => {
      const erased = { ...black, images: await augmented(black, [erase(fraction)]) }
      let changed = 0
      const values = new Set<number>()
      for (let i = 0; i < count; i++) {
        const pixel = reader(erased, i)
        const lit = Array.from({ length: size * size }, (_, j) => j).filter(
          (j) => pixel(Math.floor(j / size), j % size) !== '0,0,0',
        )
        if (lit.length === 0) continue
        changed++
        const rows = lit.map((j) => Math.floor(j / size))
        const columns = lit.map((j) => j % size)
        const height = Math.max(...rows) - Math.min(...rows) + 1
        const width = Math.max(...columns) - Math.min(...columns) + 1
        // A random pixel is black once in 2²⁴ times.
        expect(lit).toHaveLength(height * width)
        // Sides are rounded to whole pixels.
        expect(height * width).toBeGreaterThan(0.02 * size * size * 0.6)
        expect(height * width).toBeLessThan(0.4 * size * size * 1.15)
        for (const j of lit)
          for (const byte of pixel(Math.floor(j / size), j % size)!.split(',')) values.add(Number(byte))
      }
      expect(Math.abs(changed / count - fraction)).toBeLessThan(0.06)
      expect(values.size).toBe(256)
    },
  )

  test.prop([anyImages, at])('keeps images whose rectangle does not fit', async (images, where) => {
    const tiny = { ...images, height: 1, width: images.height * images.width }
    expect(await augmented(tiny, [erase(1)], where)).toEqual(images.images)
  })
})

const all: readonly Augmentation[] = [
  flip(),
  shift(1),
  rotate(30),
  zoom(0.2),
  shear(0.2),
  brightness(0.2),
  contrast(0.3),
  noise(0.05),
  cutout(3),
  erase(0.7),
  mixup(0.4),
  cutmix(),
]

test.prop([anyImages, at, fc.nat(0xffffffff)])(
  'the bytes do not depend on the order or the number of calls, and the samples do not change',
  async (images, where, other) => {
    const before = images.images.slice()
    const whole = await augmented(images, all, where)
    const order = permutation(images.count, new RandomStream(other, Purpose.shuffle))
    const half = images.count >> 1
    const size = images.height * images.width * images.channels
    for (const rows of [order.subarray(0, half), order.subarray(half)]) {
      const some = await augmented(images, all, { ...where, rows })
      for (const [i, index] of rows.entries())
        expect(some.subarray(i * size, (i + 1) * size)).toEqual(
          whole.subarray(index * size, (index + 1) * size),
        )
    }
    expect(images.images).toEqual(before)
  },
)

// Each case has a memory of its own.
test.prop([anyImages, at], { numRuns: 20 })(
  '`augmentSamples` gives the images that training sees',
  async (images, { seed, epoch }) => {
    const whole = await augmented(images, all, { seed, epoch })
    const indices = [images.count - 1, 0]
    const found = await augmentSamples(images, all, { seed, epoch, indices })
    const size = images.height * images.width * images.channels
    expect(found.labels).toEqual(Int32Array.from(indices, (index) => images.labels[index] as number))
    for (const [i, index] of indices.entries())
      expect(found.images.subarray(i * size, (i + 1) * size)).toEqual(
        whole.subarray(index * size, (index + 1) * size),
      )
  },
)

test('values that change nothing leave the images as they are and are not in the list', () => {
  const values = Object.fromEntries(
    Object.entries(augmentations).map(([name, { schema }]) => [name, schema.parse(undefined)]),
  ) as unknown as Parameters<typeof augmentationList>[0]
  expect(augmentationList(values)).toEqual([])
  expect(augmentationList({ ...values, erase: 0.5, flip: 'horizontal' })).toEqual([flip(), erase()])
  const none = Object.entries(values).map(([name, value]) => ({ [name]: value })) as unknown as Augmentation[]
  expect(resolveAugmentation(none, pair)).toBeUndefined()
})

test.each([
  [{ flip: true }, /`augmentation` \(=\{"flip":true\}\) must be a list/],
  [[3], /`augmentation\[0\]` \(=3\) must be one augmentation/],
  [[{}], /`augmentation\[0\]` .*must be one augmentation/],
  [[flip(), { shift: 1, cutout: 2 }], /`augmentation\[1\]` .*must be one augmentation/],
  [
    [{ flop: 1 }],
    /there is no augmentation "?flop"?\. Did you mean flip\? They are flip, shift, rotate, zoom, shear, translate, brightness, contrast, noise, cutout, erase, mixup, cutmix\./,
  ],
  [[{ flip: 'up' }], /`augmentation\[0\]\.flip` \(="?up"?\)/],
  [[{ shift: -1 }], /`augmentation\[0\]\.shift` \(=-1\)/],
  [[{ shift: 2 }], /\(=2\) must be at most 1, the shorter side of the images/],
  [[{ erase: Number.NaN }], /`augmentation\[0\]\.erase` \(=NaN\)/],
  [[{ cutout: undefined }], /the value is missing/],
])('%j is not a list of augmentations', (list, message) => {
  const resolve = () => resolveAugmentation(list as never, pair)
  expect(resolve).toThrow(expect.objectContaining({ code: 'TRAINER_BAD_OPTION' }))
  expect(resolve).toThrow(message)
})
