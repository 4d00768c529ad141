import { fc, test } from '@fast-check/vitest'
import { Purpose, RandomStream, type LabelledImages } from '@treadle/core'
import { describe, expect } from 'vitest'
import { type Augmentation, cutmix, mixup } from './index.ts'
import { augmented as made } from '../testing/pixels.ts'
import { symmetricBeta } from './symmetric-beta.ts'

const classes = 4

/** Images of one value each, 10 · class, of 6 × 7 pixels. */
function plainImages(count: number): LabelledImages {
  const labels = Int32Array.from({ length: count }, (_, i) => i % classes)
  const images = Uint8Array.from(
    { length: count * 42 },
    (_, i) => 10 * (labels[Math.floor(i / 42)] as number),
  )
  return { kind: 'images', images, labels, count, height: 6, width: 7, channels: 1 }
}

async function augmented(data: LabelledImages, list: readonly Augmentation[], seed: number, epoch: number) {
  const { images, labels } = await made(data, list, { seed, epoch, classes })
  return Array.from({ length: data.count }, (_, i) => ({
    pixels: images.subarray(42 * i, 42 * (i + 1)),
    label: labels!.subarray(classes * i, classes * (i + 1)),
  }))
}

const runs = fc.record({
  count: fc.integer({ min: 1, max: 9 }),
  seed: fc.nat(),
  epoch: fc.nat(9),
  alpha: fc.constantFrom(0.01, 0.2, 1, 3),
})
const mean = (values: Iterable<number>) => {
  const list = [...values]
  return list.reduce((sum, value) => sum + value, 0) / list.length
}

describe('the labels say what the pixels show', () => {
  test.prop([runs])('of mixup', async ({ count, seed, epoch, alpha }) => {
    for (const { pixels, label } of await augmented(plainImages(count), [mixup(alpha)], seed, epoch)) {
      const shown = label.reduce((sum, part, j) => sum + 10 * j * part, 0)
      for (const value of pixels) expect(Math.abs(value - shown)).toBeLessThan(0.501)
    }
  })

  test.prop([runs])('of CutMix', async ({ count, seed, epoch, alpha }) => {
    const data = plainImages(count)
    for (const [i, { pixels, label }] of (await augmented(data, [cutmix(alpha)], seed, epoch)).entries()) {
      for (const [j, part] of label.entries())
        expect(pixels.filter((value) => value === 10 * j).length / 42).toBeCloseTo(part, 6)
      // What is pasted is one rectangle.
      const pasted = [...pixels.entries()].filter(([, value]) => value !== 10 * (data.labels[i] as number))
      const rows = new Set(pasted.map(([at]) => Math.floor(at / 7)))
      const columns = new Set(pasted.map(([at]) => at % 7))
      expect(pasted).toHaveLength(rows.size * columns.size)
    }
  })

  test.prop([runs])('of both, one after the other', async ({ count, seed, epoch }) => {
    for (const { pixels, label } of await augmented(
      plainImages(count),
      [mixup(0.5), cutmix()],
      seed,
      epoch,
    )) {
      expect(label.reduce((sum, part) => sum + part, 0)).toBeCloseTo(1, 6)
      const shown = label.reduce((sum, part, j) => sum + 10 * j * part, 0)
      expect(Math.abs(mean(pixels) - shown)).toBeLessThan(0.501)
    }
  })
})

test('the other image is any of all', async () => {
  const count = 4000
  const found = await augmented(plainImages(count), [cutmix()], 1, 0)
  const totals = Array.from({ length: classes }, (_, j) => mean(found.map(({ label }) => label[j] as number)))
  for (const total of totals) expect(Math.abs(total - 1 / classes)).toBeLessThan(0.01)
  const mixed = found.filter(({ label }) => label.filter((part) => part > 0).length > 1).length / count
  // Three of four others have another class; some rectangles hold no pixel.
  expect(mixed).toBeGreaterThan(0.6)
  expect(mixed).toBeLessThan(0.75)
})

test.each([0.05, 0.2, 0.5, 1, 1.5, 4, 30])(
  'Beta(%d, same) has its mean, variance and fourth moment',
  (alpha) => {
    const draws = Array.from({ length: 20_000 }, (_, step) => {
      const numbers = new RandomStream(1, Purpose.augmentation, { step })
      return symmetricBeta(alpha, (index) => numbers.uniform(index))
    })
    const moment = (power: number) => mean(draws.map((value) => (value - 0.5) ** power))
    const variance = 1 / (4 * (2 * alpha + 1))
    expect(Math.abs(moment(1))).toBeLessThan(0.02 * Math.sqrt(variance))
    expect(moment(2) / variance).toBeCloseTo(1, 1)
    expect(moment(4) / (3 / (16 * (2 * alpha + 1) * (2 * alpha + 3)))).toBeCloseTo(1, 1)
    expect(Math.min(...draws)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...draws)).toBeLessThanOrEqual(1)
  },
)
