import { fc, test as property } from '@fast-check/vitest'
import type { PublishedResult } from '@treadle/core'
import { describe, expect, test } from 'vitest'
import { classificationReport } from './classification-report.ts'
import { type SeedRun, judge, spreadOf, summariseSeeds } from './seeds.ts'
import { uniform } from '../../../test/support/uniform.ts'

const run = (seed: number, accuracy: number, predictions = [0, 1, 1, 1]): SeedRun => ({
  seed,
  accuracy,
  history: { loss: [1, accuracy], accuracy: [0.5, accuracy] },
  report: classificationReport([0, 0, 1, 1], predictions, { classNames: ['a', 'b'] }),
})

// the five PyTorch runs of the same network: mean 0.8801, sd 0.006
const pytorch = [0.886, 0.8829, 0.878, 0.8834, 0.8703]

describe('judge', () => {
  test('an ordinary draw', () => {
    const verdict = judge(0.8786, pytorch, 'the baseline')
    expect(verdict.spread.mean).toBeCloseTo(0.88012, 10)
    expect(verdict.spread.sd).toBeCloseTo(0.0062046, 7)
    expect(verdict.z).toBeCloseTo(-0.24498, 5)
    expect(verdict.percentileRank).toBe(0.4)
    expect(verdict.withinTwoSd).toBe(true)
    expect(verdict.text).toBe(
      '5 runs: 88.01 % ± 0.62 % (mean ± sd). The published accuracy of 87.86 % (the baseline) is 0.2 sd below the mean; 2 of the 5 runs are lower. It is within mean ± 2 sd: consistent with these runs.',
    )
  })

  test.each([
    [0.95, pytorch, /11\.\d sd above .* 5 of the 5 runs are lower\. It is outside mean ± 2 sd/],
    [0.9, [0.88], /^One run .* 2\.00 percentage points above it\. .* use at least 5 seeds/],
    [0.9, [0.88, 0.88], /all runs are equal\. .* 2\.00 percentage points above them/],
    [0.88, [0.88, 0.88], /all runs are equal\. .* is equal to them/],
    [0.88, [0.87, 0.875, 0.89], /With 3 seeds the sd is imprecise/],
  ])('%d among %j', (published, accuracies, text) => {
    expect(judge(published, accuracies).text).toMatch(text)
  })

  property.prop([fc.array(uniform(0, 1), { minLength: 2, maxLength: 20 })])(
    'the mean is always within, its z is 0',
    (accuracies) => {
      const { mean, sd } = spreadOf(accuracies)
      const verdict = judge(mean, accuracies)
      expect(verdict.withinTwoSd).toBe(true)
      if (sd > 1e-9) expect(verdict.z).toBeCloseTo(0, 12)
      expect(verdict.percentileRank).toBeGreaterThanOrEqual(0)
      expect(verdict.percentileRank).toBeLessThanOrEqual(1)
    },
  )
})

describe('summariseSeeds', () => {
  test('spreads each epoch and class', () => {
    const summary = summariseSeeds([run(1, 0.75), run(2, 0.5, [1, 1, 1, 1])], {
      name: 'x',
      accuracy: 0.7,
      history: { loss: [1, 1] },
    } as PublishedResult)
    expect(summary.accuracy).toEqual({ mean: 0.625, sd: Math.sqrt(0.03125), count: 2 })
    expect(summary.epochs[1]).toEqual({ loss: summary.accuracy, accuracy: summary.accuracy })
    expect(summary.classes[0]?.recall).toEqual({ mean: 0.25, sd: Math.sqrt(0.125), count: 2 })
    expect(summary.weakestClass).toBe('a')
    expect(summary.verdict?.withinTwoSd).toBe(true)
  })

  test('keeps the epochs that every run finished', () => {
    const short = { ...run(2, 0.5), history: { loss: [1], accuracy: [0.5] } }
    expect(summariseSeeds([run(1, 0.75), short]).epochs).toHaveLength(1)
    expect(summariseSeeds([run(1, 0.75), { ...short, history: { loss: [] } }]).epochs).toHaveLength(0)
  })

  test('gives no verdict where a run has another number of epochs than the published one', () => {
    const published = { name: 'x', accuracy: 0.7, history: { loss: [1] } } as PublishedResult
    const short = { ...run(2, 0.5), history: { loss: [1], accuracy: [0.5] } }
    expect(summariseSeeds([short, short], published).verdict).toBeDefined()
    expect(summariseSeeds([short, run(1, 0.75)], published).verdict).toBeUndefined()
  })

  test('refuses no runs and other classes', () => {
    expect(() => summariseSeeds([])).toThrow(/`runs` is empty/)
    const other = { ...run(2, 0.5), report: classificationReport([0, 1], [0, 1]) }
    expect(() => summariseSeeds([run(1, 0.5), other])).toThrow(
      /seed 2 reports other classes than that of seed 1/,
    )
  })
})
