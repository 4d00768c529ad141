import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { fixture } from '../../test/fixture.ts'
import {
  auc,
  precision,
  recall,
  topKCategoricalAccuracy,
  type EpochMetric,
  type ScoredSamples,
} from './index.ts'

interface Case {
  name: 'topKCategoricalAccuracy' | 'precision' | 'recall' | 'auc'
  options: never
  units: number
  sparse: boolean
  batches: { outputs: number[]; targets: number[] }[]
  value: number
}

const kinds = { topKCategoricalAccuracy, precision, recall, auc }
const { keras, cases } = fixture<{ keras: string; cases: Case[] }>('epoch-metrics')

function over(metric: EpochMetric, batches: readonly ScoredSamples[]): number {
  const sums = [7, ...Array.from({ length: metric.size }, () => 0)]
  for (const batch of batches) metric.add(batch, sums, 1)
  return metric.value(sums, 1)
}

test.each(cases.map((item) => [`${item.name} ${JSON.stringify(item.options)}`, item] as const))(
  `%s within 1e-6 of Keras ${keras}'s`,
  (_, { name, options, units, sparse, batches, value }) => {
    const samples = batches.map(({ outputs, targets }) => ({
      outputs: Float32Array.from(outputs),
      targets: sparse ? Int32Array.from(targets) : Float32Array.from(targets),
      units,
    }))
    expect(over(kinds[name](options), samples)).toBeCloseTo(value, 6)
  },
)

property.prop([
  fc.array(fc.tuple(fc.integer({ min: 0, max: 50 }), fc.boolean()), { minLength: 1, maxLength: 60 }),
  fc.nat({ max: 60 }),
])('an epoch is the same however it is cut, and the area is that of all pairs', (pairs, cut) => {
  const outputs = Float32Array.from(pairs, ([value]) => value / 50)
  const targets = Float32Array.from(pairs, ([, positive]) => Number(positive))
  const whole = { outputs, targets, units: 1 }
  const parts = [
    { outputs: outputs.slice(0, cut), targets: targets.slice(0, cut), units: 1 },
    { outputs: outputs.slice(cut), targets: targets.slice(cut), units: 1 },
  ]
  const area = auc({ curve: 'ROC', thresholds: 1001 })
  for (const metric of [area, precision({ threshold: 0.5 }), recall({ threshold: 0.5 })])
    expect(over(metric, parts)).toBe(over(metric, [whole]))
  const positives = pairs.filter(([, positive]) => positive)
  const negatives = pairs.filter(([, positive]) => !positive)
  let right = 0
  for (const [one] of positives)
    for (const [other] of negatives) right += one > other ? 1 : one === other ? 0.5 : 0
  const expected = right / (positives.length * negatives.length)
  if (Number.isFinite(expected)) expect(over(area, [whole])).toBeCloseTo(expected, 9)
})

test('nothing to divide by gives 0', () => {
  const samples = [{ outputs: Float32Array.of(0.1), targets: Float32Array.of(0), units: 1 }]
  for (const metric of [
    precision({ threshold: 0.5 }),
    recall({ threshold: 0.5 }),
    auc({ curve: 'PR', thresholds: 3 }),
  ])
    expect(over(metric, samples)).toBe(0)
})
