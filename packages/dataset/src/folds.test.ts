import { fc, test } from '@fast-check/vitest'
import type { LabelledImages, Table } from '@treadle/core'
import { expect } from 'vitest'
import { holdOutFold } from './folds.ts'

/** Images of one pixel. Their values are their positions. */
function samplesOf(labels: readonly number[]): LabelledImages {
  const count = labels.length
  const images = Uint8Array.from({ length: count }, (_, i) => i)
  return { kind: 'images', images, labels: Int32Array.from(labels), count, height: 1, width: 1, channels: 1 }
}

const differ = (sizes: readonly number[]) => Math.max(...sizes) - Math.min(...sizes)
const counts = fc.array(fc.integer({ min: 4, max: 30 }), { minLength: 1, maxLength: 5 })
test.prop([counts, fc.integer({ min: 2, max: 4 }), fc.nat(2 ** 32 - 1)], { numRuns: 60 })(
  'every sample is held back once, and folds differ by at most one sample, also of each class',
  (classes, folds, seed) => {
    const labels = classes.flatMap((count, label) => Array<number>(count).fill(label))
    const samples = samplesOf(labels)
    const parts = Array.from({ length: folds }, (_, i) => holdOutFold(samples, { fold: i + 1, folds, seed }))
    const held = parts.flatMap((part) => [...part.held.images])
    expect(held.sort((a, b) => a - b)).toEqual([...labels.keys()])
    for (const { train, held: one } of parts) {
      expect([...train.images, ...one.images].sort((a, b) => a - b)).toEqual([...labels.keys()])
      expect([...one.labels]).toEqual([...one.images].map((index) => labels[index]))
    }
    expect(differ(parts.map((part) => part.held.count))).toBeLessThanOrEqual(1)
    classes.forEach((_, label) =>
      expect(
        differ(parts.map((part) => part.held.labels.filter((value) => value === label).length)),
      ).toBeLessThanOrEqual(1),
    )
  },
)

test('the seed decides the folds', () => {
  const samples = samplesOf(Array.from({ length: 60 }, (_, i) => i % 3))
  const held = (seed: number) => [...holdOutFold(samples, { fold: 2, folds: 5, seed }).held.images]
  expect(held(7)).toEqual(held(7))
  expect(held(7)).not.toEqual(held(8))
})

test('samples of a table are one class', () => {
  const values = Float32Array.from({ length: 7 }, (_, i) => i)
  const table = { kind: 'table', features: values, targets: values, width: 1, outputs: 1, count: 7 } as Table
  expect([1, 2, 3].map((fold) => holdOutFold(table, { fold, folds: 3, seed: 1 }).held.count)).toEqual([
    3, 2, 2,
  ])
})

test.each([
  [1, 1, /`folds` \(=1\) must be from 2 to 3/],
  [1, 4, /`folds` \(=4\) must be from 2 to 3/],
  [0, 3, /`fold` \(=0\) must be from 1 to 3/],
  [4, 3, /`fold` \(=4\) must be from 1 to 3/],
])('fold %d of %d is an error', (fold, folds, message) => {
  // Class 1 has no samples.
  expect(() => holdOutFold(samplesOf([0, 0, 0, 2, 2, 2, 2]), { fold, folds, seed: 1 })).toThrow(message)
})
