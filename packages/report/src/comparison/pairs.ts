import { type McNemar, type MeanInterval, bootstrapMean, holm, mcnemar } from '@treadle/metrics'
import type { TestedRun } from '../analysis/run.ts'
import type { ComparedRun, TestGroup } from './runs.ts'

interface Pair {
  /** Index of the run. */
  readonly first: number
  readonly second: number
}

/** Two classifiers on the same test samples. */
export interface ClassifierPair extends Pair {
  readonly kind: 'classifier'
  /** Accuracy of the second − accuracy of the first, in [-1, 1]. */
  readonly difference: number
  readonly test: McNemar
  /** Corrected for all pairs of the comparison (Holm). */
  readonly correctedPValue: number
}

/** Two regressors on the same test samples. */
export interface RegressorPair extends Pair {
  readonly kind: 'regressor'
  /** Mean absolute error of the second − that of the first. */
  readonly difference: MeanInterval
}

export type PairComparison = ClassifierPair | RegressorPair
type Uncorrected = Omit<ClassifierPair, 'correctedPValue'> | RegressorPair

type Classifier = Extract<TestedRun, { kind: 'classifier' }>
type Regressor = Extract<TestedRun, { kind: 'regressor' }>

interface TestedRunOf extends ComparedRun {
  readonly tested: TestedRun | undefined
}

/** The pairs of each group. McNemar's p values are corrected over all of them. */
export function comparePairs(runs: readonly TestedRunOf[], groups: readonly TestGroup[]): PairComparison[][] {
  const compared = groups.map((group) =>
    pairsOf(group.runs).flatMap(([first, second]) => comparePair(runs, first, second) ?? []),
  )
  const pValues = compared.flat().flatMap((pair) => (pair.kind === 'classifier' ? [pair.test.pValue] : []))
  const corrected = holm(pValues).values()
  return compared.map((pairs) =>
    pairs.map((pair) =>
      pair.kind === 'classifier' ? { ...pair, correctedPValue: corrected.next().value as number } : pair,
    ),
  )
}

const pairsOf = (runs: readonly number[]) =>
  runs.flatMap((first, i) => runs.slice(i + 1).map((second) => [first, second] as const))

function comparePair(runs: readonly TestedRunOf[], first: number, second: number): Uncorrected | undefined {
  const [one, other] = [runs[first]?.tested, runs[second]?.tested]
  if (one?.kind === 'classifier' && other?.kind === 'classifier')
    return { kind: 'classifier', first, second, ...classifiers(one, other) }
  if (one?.kind === 'regressor' && other?.kind === 'regressor') {
    const seed = runs[first]?.report.seed ?? 0
    return { kind: 'regressor', first, second, difference: errorDifference(one, other, seed) }
  }
  return undefined
}

function classifiers(one: Classifier, other: Classifier) {
  const test = mcnemar(one.test.labels, one.analysis.predictions, other.analysis.predictions)
  const difference = (test.onlySecond - test.onlyFirst) / one.test.labels.length
  return { difference, test }
}

function errorDifference(one: Regressor, other: Regressor, seed: number): MeanInterval {
  const before = absoluteErrors(one)
  return bootstrapMean(
    absoluteErrors(other).map((error, i) => error - (before[i] as number)),
    { seed },
  )
}

/** Of each test sample, shape [count]. */
export function absoluteErrors({ test }: Regressor): Float64Array {
  return Float64Array.from(test.targets, (target, i) => Math.abs((test.predictions[i] as number) - target))
}
