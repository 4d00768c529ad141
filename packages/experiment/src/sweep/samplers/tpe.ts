import { type Parameter, type Values, isActive, nearestValue, valuesAt } from '../parameters.ts'
import type { PastTrial } from '../past-trial.ts'
import { textOf } from '../../recipe/flags.ts'
import { type Density, choiceDensity, numberDensity } from './parzen.ts'
import { randomCoordinates } from './random.ts'
import { type Sampler, sweepStream } from './sampler.ts'

/** Trials that are drawn at random first. */
const STARTUP = 10
/** Values of which the most promising is taken. */
const CANDIDATES = 24

/**
 * The tree-structured Parzen estimator (J. Bergstra et al., "Algorithms for Hyper-Parameter Optimization", 2011; S. Watanabe,
 * "Tree-Structured Parzen Estimator", 2023): for each parameter, one density of the values of good trials and one of the
 * others; of candidates from the first, the one with the highest ratio of the two.
 */
export const tpe: Sampler = {
  name: 'tpe',
  description: 'learns from the trials that have ended: tree-structured Parzen estimator',
  suggest(parameters, seed, number, past) {
    const ended = past.filter(({ state }) => state !== 'running')
    if (ended.length < STARTUP) return valuesAt(parameters, randomCoordinates(seed, number))
    const { good, others } = split(past, ended)
    const values: Record<string, unknown> = {}
    for (const [i, parameter] of parameters.entries()) {
      if (!isActive(parameter, values)) continue
      values[parameter.path] = promising(parameter, good, others, uniforms(seed, number, i))
    }
    return values
  },
}

/** The best tenth, at most 25: complete trials before pruned ones, and of those the ones that went further. */
function split(past: readonly PastTrial[], ended: readonly PastTrial[]) {
  const count = Math.min(25, Math.ceil(0.1 * past.length))
  const order = ended.toSorted((a, b) => rank(a) - rank(b) || (a.loss ?? 0) - (b.loss ?? 0))
  const chosen = new Set(order.slice(0, count))
  const inTime = past.toSorted((a, b) => a.number - b.number)
  return {
    good: inTime.filter((trial) => chosen.has(trial)).map(({ values }) => values),
    others: inTime.filter((trial) => !chosen.has(trial)).map(({ values }) => values),
  }
}

const rank = ({ state, losses }: PastTrial) => (state === 'complete' ? -Infinity : -losses.size)

function promising(
  parameter: Parameter,
  good: readonly Values[],
  others: readonly Values[],
  uniform: () => number,
): unknown {
  const { path, range } = parameter
  const observed = (trials: readonly Values[]) =>
    trials.filter((values) => Object.hasOwn(values, path)).map((values) => values[path])
  if (range.kind === 'choices') {
    const indexOf = (value: unknown) => range.choices.findIndex((choice) => textOf(choice) === textOf(value))
    const density = (trials: readonly Values[]) =>
      choiceDensity(range.choices.length, observed(trials).map(indexOf))
    return range.choices[best(density(good), density(others), uniform)]
  }
  const density = (trials: readonly Values[]) => numberDensity(range, observed(trials) as number[])
  return nearestValue(range, best(density(good), density(others), uniform))
}

function best(good: Density<number>, others: Density<number>, uniform: () => number): number {
  const candidates = Array.from({ length: CANDIDATES }, () => good.draw(uniform))
  const scores = candidates.map((value) => good.logAt(value) - others.logAt(value))
  return candidates[scores.indexOf(Math.max(...scores))] as number
}

/** Sets the draws apart from those of the other samplers. */
const STEP = 0x54504500

function uniforms(seed: number, number: number, parameter: number): () => number {
  const stream = sweepStream(seed, number, STEP + parameter)
  let index = 0
  return () => stream.below(2 ** 32, index++) / 2 ** 32
}
