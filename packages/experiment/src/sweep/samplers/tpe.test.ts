import { readFile } from 'node:fs/promises'
import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import type { Distribution } from '../distribution.ts'
import { parameterOf } from '../parameters.ts'
import type { PastTrial } from '../past-trial.ts'
import { normalBelow, normalBetween } from './normal.ts'
import { choiceDensity, kernelWeights, numberDensity } from './parzen.ts'
import { random } from './random.ts'
import { tpe } from './tpe.ts'

const file = new URL('../../../test/fixtures/optuna.json', import.meta.url)
const { densities } = JSON.parse(await readFile(file, 'utf8')) as {
  densities: { kind: string; observed: number[]; at: number[]; log: number[] }[]
}
const ranges: Record<string, Distribution> = {
  uniform: { uniform: [-1, 3] },
  logUniform: { logUniform: [1e-4, 1] },
  int: { int: [2, 20], step: 3 },
  logInt: { logInt: [1, 300] },
}

test.each(densities)(
  'the density of $kind is Optuna’s: $observed.length observations',
  ({ kind, observed, at, log }) => {
    if (kind === 'choice') {
      const density = choiceDensity(3, observed)
      for (const [i, value] of at.entries()) expect(density.logAt(value)).toBeCloseTo(log[i] as number, 9)
      return
    }
    const { range } = parameterOf('p', ranges[kind] as Distribution)
    const density = numberDensity(range as never, observed)
    for (const [i, value] of at.entries()) expect(density.logAt(value)).toBeCloseTo(log[i] as number, 8)
  },
)

test.prop([fc.nat(60)])('the prior and the last 25 observations count alike, older ones less', (count) => {
  const weights = kernelWeights(count)
  expect(weights).toHaveLength(count + 1)
  expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12)
  for (let i = 1; i < weights.length; i++) expect(weights[i]).toBeGreaterThanOrEqual(weights[i - 1] as number)
})

// scipy.stats.norm.cdf, norm.sf.
test.each([
  [-10, 7.619853024160527e-24],
  [-3, 0.0013498980316300933],
  [-0.5, 0.3085375387259869],
  [0, 0.5],
  [1.96, 0.9750021048517795],
  [4, 0.9999683287581669],
])('the normal distribution below %d', (x, expected) => {
  expect(normalBelow(x) / expected).toBeCloseTo(1, 12)
})
test('a share far from the middle is exact', () => {
  expect(normalBetween(8, 9) / 6.219831985865866e-16).toBeCloseTo(1, 10)
})

const loss = ({ kind, x, n = 1 }: { kind?: string; x?: number; n?: number }) =>
  ((x ?? 0) - 2) ** 2 + (kind === 'b' ? Math.abs(Math.log(n / 20)) : 6)

const mean = (trials: readonly PastTrial[]) =>
  trials.reduce((sum, trial) => sum + (trial.loss as number), 0) / trials.length

describe('tpe', () => {
  const parameters = [
    parameterOf('kind', { choice: ['a', 'b', 'c'] }),
    parameterOf('x', { uniform: [-5, 5] }),
    parameterOf('n', { logInt: [1, 100], when: { kind: 'b' } }),
  ]
  const search = (seed: number, count: number) => {
    const past: PastTrial[] = []
    for (let number = 0; number < count; number++) {
      const values = tpe.suggest(parameters, seed, number, past) ?? {}
      past.push({ number, state: 'complete', values, loss: loss(values), losses: new Map() })
    }
    return past
  }

  test('begins with the random trials, repeats itself, and stays within the space', () => {
    const trials = search(3, 40)
    for (const { number, values } of trials.slice(0, 10))
      expect(values).toEqual(random.suggest(parameters, 3, number, []))
    expect(search(3, 40)).toEqual(trials)
    for (const { values } of trials) {
      const { kind, x, n } = values as { kind: string; x: number; n?: number }
      expect(['a', 'b', 'c']).toContain(kind)
      expect(Math.abs(x)).toBeLessThanOrEqual(5)
      expect(Number(x.toPrecision(6))).toBe(x)
      expect(n === undefined).toBe(kind !== 'b')
      if (n !== undefined) expect(Number.isInteger(n) && n >= 1 && n <= 100).toBe(true)
    }
  })

  test('finds what is good: the last trials are better than random ones', () => {
    for (const seed of [1, 2, 3]) {
      const trials = search(seed, 60)
      expect(mean(trials.slice(-20))).toBeLessThan(0.75 * mean(trials.slice(0, 10)))
    }
  })

  test('pruned trials rank below complete ones, and running ones are never good', () => {
    const past = search(1, 20).map((trial, i): PastTrial =>
      i < 10 ? { ...trial, state: i < 5 ? 'pruned' : 'running', loss: i < 5 ? -100 : undefined } : trial,
    )
    expect(() => tpe.suggest(parameters, 1, 20, past)).not.toThrow()
  })
})
