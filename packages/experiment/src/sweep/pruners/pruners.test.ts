import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import * as z from 'zod/mini'
import type { PastTrial } from '../past-trial.ts'
import { bracketOf, bracketSizes } from './hyperband.ts'
import { isPruned, prunerSchema } from './index.ts'

/** A trial by the losses after its epochs; by default complete. */
const trial = (
  number: number,
  losses: readonly number[],
  state: PastTrial['state'] = 'complete',
): PastTrial => ({
  number,
  state,
  values: {},
  loss: losses.at(-1),
  losses: new Map(losses.map((loss, i) => [i + 1, loss])),
})
const prune = (input: unknown, losses: readonly number[], others: readonly PastTrial[], epochs = 27) => {
  const own = trial(others.length, losses, 'running')
  return isPruned(own, { options: z.parse(prunerSchema, input), trials: [...others, own], seed: 1, epochs })
}

describe('median', () => {
  const complete = [1, 2, 3, 4].map((loss, i) => trial(i, [loss + 1, loss]))
  const median = { name: 'median', startupTrials: 4 }
  test('compares the best epoch so far with the median of complete trials at the same epoch', () => {
    expect(prune(median, [3.4], complete)).toBe(false)
    expect(prune(median, [3.6], complete)).toBe(true)
    expect(prune(median, [2.4, 9], complete)).toBe(false)
    expect(prune(median, [9, 2.6], complete)).toBe(true)
  })
  test('waits for complete trials, and for the epochs of its warm-up', () => {
    expect(prune('median', [9], complete)).toBe(false)
    expect(prune(median, [9], [...complete.slice(1), trial(9, [0], 'pruned')])).toBe(false)
    expect(prune({ ...median, warmupEpochs: 2 }, [9], complete)).toBe(false)
    expect(prune(median, [9, 9, 9], complete)).toBe(false)
  })
})

/** Trials that have reached the first rung. */
const atRung = (losses: readonly number[]) =>
  losses.map((loss, i) => trial(i, [loss], i % 2 ? 'pruned' : 'running'))

describe('asha', () => {
  test('at a rung the best quarter continues, pruned and running trials included', () => {
    expect(prune('asha', [1], atRung([]))).toBe(false)
    expect(prune('asha', [2], atRung([1]))).toBe(true)
    expect(prune('asha', [2], atRung([1, 3, 4, 5, 6, 7, 8]))).toBe(false)
    expect(prune('asha', [3.5], atRung([1, 3, 4, 5, 6, 7, 8]))).toBe(true)
  })
  test('between rungs nothing ends', () => {
    const better = [
      trial(
        0,
        Array.from({ length: 16 }, () => 0),
      ),
    ]
    const epochs = Array.from({ length: 16 }, (_, i) =>
      prune(
        'asha',
        Array.from({ length: i + 1 }, () => 1),
        better,
      ),
    )
    expect(epochs.flatMap((isEnded, i) => (isEnded ? [i + 1] : []))).toEqual([1, 4, 16])
  })
})

describe('hyperband', () => {
  test('has brackets as the algorithm gives them', () => {
    // Li et al., table 1: R = 81, η = 3.
    expect(bracketSizes(1, 81, 3)).toEqual([81, 34, 15, 8, 5])
    expect(bracketSizes(1, 1, 3)).toEqual([1])
  })
  test.prop([fc.nat(1e6)], { numRuns: 3 })('trials fall into brackets in proportion', (seed) => {
    const sizes = bracketSizes(1, 27, 3)
    const counts = sizes.map(() => 0)
    for (let number = 0; number < 4000; number++) (counts[bracketOf(number, seed, sizes)] as number) += 1
    const total = sizes.reduce((sum, size) => sum + size, 0)
    for (const [i, size] of sizes.entries())
      expect(Math.abs((counts[i] as number) / 4000 - size / total)).toBeLessThan(0.04)
  })
  test('trials compete within their bracket', () => {
    const sizes = bracketSizes(1, 27, 3)
    const first = Array.from({ length: 30 }, (_, number) => number).filter(
      (number) => bracketOf(number, 1, sizes) === 0,
    )
    const others = Array.from({ length: 30 }, (_, number) =>
      trial(number, [first.includes(number) ? 5 : 1], 'running'),
    )
    const own = others[first[0] as number] as PastTrial
    const options = { name: 'hyperband', minEpochs: 1, factor: 3 } as const
    expect(isPruned(own, { options, trials: others, seed: 1, epochs: 27 })).toBe(false)
    const worse = others.map((each) => (each === own ? trial(own.number, [6], 'running') : each))
    expect(isPruned(worse[own.number] as PastTrial, { options, trials: worse, seed: 1, epochs: 27 })).toBe(
      true,
    )
  })
})

test.each([['bandit'], [{ name: 'asha', factor: 1 }], [{ name: 'median', factor: 3 }], [{}], [null]])(
  '%j is no pruner',
  (input) => expect(z.safeParse(prunerSchema, input).success).toBe(false),
)
