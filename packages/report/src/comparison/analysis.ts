import { bootstrapMean, type MeanInterval } from '@treadle/metrics'
import { comparisonShape } from '../shapes.ts'
import { testedRun, type TestedRun } from '../analysis/run.ts'
import { checkShape, refuse } from '../refuse.ts'
import { type Disagreement, disagreementsOf } from './disagreements.ts'
import { absoluteErrors, type PairComparison, comparePairs } from './pairs.ts'
import type { ComparedRun, RunsComparison, TestGroup } from './runs.ts'

/** More runs make no table that a person reads. */
const MOST_RUNS = 50

export interface AnalysedRun extends ComparedRun {
  /** A letter that tables and figures use: A, B … Z, AA. */
  readonly label: string
  /** Undefined for a run that was not tested. */
  readonly tested: TestedRun | undefined
  /** Of a regressor the mean absolute error over the test samples with its interval. */
  readonly error: MeanInterval | undefined
}

/** Runs tested on the same samples, with everything that is compared between them. */
export interface AnalysedGroup extends TestGroup {
  /** Each pair once, the first run before the second. */
  readonly pairs: readonly PairComparison[]
  /** Of classifiers the samples that not all of them classify alike. */
  readonly disagreements: readonly Disagreement[]
}

/** Runs with every metric and every comparison computed, once. All renderers read from it. */
export interface ComparisonAnalysis extends RunsComparison {
  readonly runs: readonly AnalysedRun[]
  readonly groups: readonly AnalysedGroup[]
}

/**
 * Compute every metric of several runs, and compare those that were tested on the same samples.
 * @throws TreadleError `REPORT_BAD_INPUT` for fewer than 2 or more than 50 runs, and where shapes disagree
 */
export function analyseComparison(comparison: RunsComparison): ComparisonAnalysis {
  checkShape('analyseComparison', 'comparison', comparison, comparisonShape)
  const { runs, differences, groups } = comparison
  if (runs.length < 2 || runs.length > MOST_RUNS)
    refuse('analyseComparison', `\`runs\` must be 2 to ${MOST_RUNS} runs, got ${runs.length}.`)
  const analysed = runs.map((run, i) => analyse(run, labelOf(i)))
  const pairs = comparePairs(analysed, groups)
  return {
    runs: analysed,
    differences,
    groups: groups.map((group, g) => ({
      ...group,
      pairs: pairs[g] ?? [],
      disagreements: disagreementsOf(group.runs.flatMap((run) => analysed[run]?.tested ?? [])),
    })),
  }
}

function analyse(run: ComparedRun, label: string): AnalysedRun {
  const tested = testedRun(run.report)
  const error =
    tested?.kind === 'regressor'
      ? bootstrapMean(absoluteErrors(tested), { seed: run.report.seed })
      : undefined
  return { ...run, label, tested, error }
}

/** A … Z, AA, AB … */
function labelOf(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26))
  return index < 26 ? letter : `${labelOf(Math.floor(index / 26) - 1)}${letter}`
}
