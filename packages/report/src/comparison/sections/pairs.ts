import type { Block, Cell, Column, Table } from '../../blocks.ts'
import { fixed, signed } from '../../words.ts'
import type { ComparisonAnalysis } from '../analysis.ts'
import type { ClassifierPair, PairComparison, RegressorPair } from '../pairs.ts'
import type { ComparisonSection } from './section.ts'

/** A corrected p value below this counts as a difference. */
export const SIGNIFICANCE = 0.05

/** Whether a difference is larger than chance explains. */
export const isSignificant = (pair: PairComparison) =>
  pair.kind === 'classifier'
    ? pair.correctedPValue < SIGNIFICANCE
    : pair.difference.low > 0 || pair.difference.high < 0

export const pairs: ComparisonSection = {
  id: 'pairs',
  title: 'Pairs of runs',
  blocks({ runs, groups }) {
    const all = groups.flatMap((group) => group.pairs)
    const classifiers = all.filter((pair) => pair.kind === 'classifier')
    const regressors = all.filter((pair) => pair.kind === 'regressor')
    return [
      ...(classifiers.length === 0 ? [] : classifierBlocks(runs, classifiers)),
      ...(regressors.length === 0 ? [] : regressorBlocks(runs, regressors)),
    ]
  },
}

type Runs = ComparisonAnalysis['runs']

const column = (heading: string, short?: string): Column => ({
  heading,
  align: 'right',
  ...(short !== undefined && { short }),
})

const labels = (runs: Runs, { first, second }: PairComparison) =>
  `${runs[first]?.label} and ${runs[second]?.label}`

function classifierBlocks(runs: Runs, all: readonly ClassifierPair[]): Block[] {
  const table: Table = {
    kind: 'table',
    title: 'Accuracy, McNemar’s test',
    columns: [
      { heading: 'runs', align: 'left' },
      column('difference in points', 'diff.'),
      column('corrected p', 'corr. p'),
      column('p'),
      column('only first right', 'only 1st'),
      column('only second right', 'only 2nd'),
      column('test'),
    ],
    rows: all.map((pair) => [
      labels(runs, pair),
      { text: signed(pair.difference * 100, 2), tone: toneOf(pair, pair.difference) },
      pValueText(pair.correctedPValue),
      pValueText(pair.test.pValue),
      String(pair.test.onlyFirst),
      String(pair.test.onlySecond),
      pair.test.method === 'exact' ? 'exact' : 'χ²',
    ]),
  }
  const text = `The difference is the accuracy of the second run minus that of the first, in percentage points. It is significant where the p value, corrected for ${all.length === 1 ? 'one test' : `${all.length} tests`} (Holm), is below ${SIGNIFICANCE}. The test compares these two sets of weights on these samples; it does not show how the recipes vary over seeds.`
  return [table, { kind: 'prose', text }]
}

function regressorBlocks(runs: Runs, all: readonly RegressorPair[]): Block[] {
  const table: Table = {
    kind: 'table',
    title: 'Mean absolute error, paired bootstrap',
    columns: [{ heading: 'runs', align: 'left' }, column('difference', 'diff.'), column('95 % interval')],
    rows: all.map((pair) => [
      labels(runs, pair),
      { text: signed(pair.difference.mean, 4), tone: toneOf(pair, -pair.difference.mean) },
      `${signed(pair.difference.low, 4)} to ${signed(pair.difference.high, 4)}`,
    ]),
  }
  const text =
    'The difference is the error of the second run minus that of the first. It is significant where the interval does not contain 0. The intervals are not corrected for the number of pairs.'
  return [table, { kind: 'prose', text }]
}

function toneOf(pair: PairComparison, gain: number): Exclude<Cell, string>['tone'] {
  if (!isSignificant(pair)) return 'quiet'
  return gain > 0 ? 'better' : 'worse'
}

/** `0.0312`; `< 0.0001` where four decimals show nothing. */
const pValueText = (value: number) => (value < 0.0001 ? '< 0.0001' : fixed(value, 4))
