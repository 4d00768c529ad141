import { fc, test } from '@fast-check/vitest'
import { Purpose, RandomStream } from '@treadle/core'
import { expect } from 'vitest'
import { averaged, chooseWeights, meanLogLoss } from './choose-weights.ts'

const classes = 3

/** Probabilities of several members for some samples, and the classes. */
const anyEnsemble = fc
  .record({
    seed: fc.nat(),
    members: fc.integer({ min: 1, max: 4 }),
    samples: fc.integer({ min: 1, max: 12 }),
  })
  .map(({ seed, members, samples }) => {
    const random = new RandomStream(seed, Purpose.split)
    const values = Array.from({ length: members }, (_, m) =>
      Float32Array.from({ length: samples * classes }, (_value, i) => random.uniform(m * 1000 + i) + 0.01),
    )
    for (const member of values)
      for (let i = 0; i < samples; i++) {
        const row = member.subarray(i * classes, (i + 1) * classes)
        const sum = row.reduce((total, value) => total + value, 0)
        row.forEach((value, j) => {
          row[j] = value / sum
        })
      }
    return { values, labels: Int32Array.from({ length: samples }, (_, i) => random.at(9000 + i) % classes) }
  })

test.prop([anyEnsemble])(
  'weights sum to 1, and their loss is at most that of equal weights',
  ({ values, labels }) => {
    const weights = chooseWeights(values, labels)
    expect(weights).toHaveLength(values.length)
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12)
    const equal = values.map(() => 1 / values.length)
    const loss = (shares: readonly number[]) => meanLogLoss(averaged(values, shares), labels)
    expect(Math.min(...weights)).toBeGreaterThanOrEqual(0)
    expect(loss(weights)).toBeLessThanOrEqual(loss(equal) + 1e-6)
  },
)

test('a member that is always right is chosen alone, and one that is never right is left out', () => {
  const labels = Int32Array.of(0, 1, 2)
  const right = Float32Array.of(0.98, 0.01, 0.01, 0.01, 0.98, 0.01, 0.01, 0.01, 0.98)
  const wrong = Float32Array.of(0.01, 0.98, 0.01, 0.01, 0.01, 0.98, 0.98, 0.01, 0.01)
  expect(chooseWeights([wrong, right, wrong], labels)).toEqual([0, 1, 0])
})

test('two members that are right on different samples are averaged', () => {
  const labels = Int32Array.of(0, 0)
  const [first, second] = [Float32Array.of(0.9, 0.1, 0.1, 0.9), Float32Array.of(0.1, 0.9, 0.9, 0.1)]
  expect(chooseWeights([first, second], labels)).toEqual([0.5, 0.5])
})

test('there must be samples', () => {
  expect(() => chooseWeights([new Float32Array(0)], new Int32Array(0))).toThrow(
    expect.objectContaining({ code: 'EXPERIMENT_BAD_ENSEMBLE' }),
  )
})
