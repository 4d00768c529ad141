import { checkShape } from '../refuse.ts'
import { comparisonShape } from '../shapes.ts'
import type { Fact } from '../blocks.ts'
import type { Warning, ReportDocument } from '../document.ts'
import { fixed, percent, plural } from '../words.ts'
import { type AnalysedRun, type ComparisonAnalysis, analyseComparison } from './analysis.ts'
import type { RunsComparison } from './runs.ts'
import { comparisonSections } from './sections/index.ts'
import { SIGNIFICANCE, isSignificant } from './sections/pairs.ts'

/**
 * Describe several runs section by section, as data that every renderer of reports takes.
 * @throws TreadleError `REPORT_BAD_INPUT` for fewer than 2 or more than 50 runs, and where shapes disagree
 */
export function describeComparison(comparison: RunsComparison | ComparisonAnalysis): ReportDocument {
  checkShape('describeComparison', 'comparison', comparison, comparisonShape)
  const analysis = isAnalysed(comparison) ? comparison : analyseComparison(comparison)
  const { runs } = analysis
  const images = imagesOf(analysis)
  const pairs = pairsSentence(analysis)
  return {
    title: `Comparison of ${plural(runs.length, 'run')}`,
    ...resultOf(analysis),
    ...(pairs !== undefined && { comparison: pairs }),
    warnings: warningsOf(analysis),
    setup: setupOf(analysis),
    sections: comparisonSections
      .map(({ id, title, blocks }) => ({ id, title, blocks: blocks(analysis) }))
      .filter(({ blocks }) => blocks.length > 0),
    ...(images && { images }),
  }
}

const isAnalysed = (comparison: RunsComparison | ComparisonAnalysis): comparison is ComparisonAnalysis =>
  comparison.runs.every((run) => 'label' in run)

function imagesOf({ runs, groups }: ComparisonAnalysis) {
  const tested = runs[groups[0]?.runs[0] ?? -1]?.tested
  return tested?.kind === 'classifier' ? tested.test.images : undefined
}

/** The best run, if all are tested on the same samples. */
function resultOf({ runs, groups }: ComparisonAnalysis): Pick<ReportDocument, 'result' | 'headline'> {
  const tested = groups.reduce((sum, group) => sum + group.runs.length, 0)
  const none = { value: String(runs.length), name: 'runs' }
  if (tested === 0) return { result: none, headline: 'No run has a test result.' }
  if (groups.length > 1)
    return { result: none, headline: 'The runs were tested on different data: there is no best run.' }
  const candidates = (groups[0]?.runs ?? []).map((index) => runs[index] as AnalysedRun)
  const [best] = candidates.toSorted((a, b) => scoreOf(b) - scoreOf(a)) as [AnalysedRun]
  const name = `${best.label} (${best.name})`
  if (best.tested?.kind === 'classifier') {
    const { accuracy, low, high } = best.tested.analysis.interval
    const value = percent(accuracy)
    return {
      result: { value, name: `highest test accuracy: ${best.label}` },
      headline: `${name} has the highest test accuracy, ${value} (95 % bootstrap interval ${percent(low)} to ${percent(high)}).`,
    }
  }
  const { mean = Number.NaN, low, high } = best.error ?? {}
  const value = fixed(mean, 4)
  return {
    result: { value, name: `lowest test MAE: ${best.label}` },
    headline: `${name} has the lowest test MAE, ${value} (95 % bootstrap interval ${fixed(low, 4)} to ${fixed(high, 4)}).`,
  }
}

/** The first of the highest is the best: the accuracy, or the error with its sign changed. */
const scoreOf = ({ tested, error }: AnalysedRun) =>
  tested?.kind === 'classifier' ? tested.analysis.interval.accuracy : -(error?.mean ?? Infinity)

function setupOf({ runs, groups, differences }: ComparisonAnalysis): Fact[] {
  const labels = groups.map((group) => group.runs.map((index) => runs[index]?.label).join(', '))
  return [
    ['Runs', String(runs.length)],
    ['Tested on the same samples', labels.length === 0 ? '–' : labels.join('; ')],
    ['Recipe fields that differ', String(differences.length)],
  ]
}

function pairsSentence({ groups }: ComparisonAnalysis): string | undefined {
  const pairs = groups.flatMap((group) => group.pairs)
  if (pairs.length === 0) return undefined
  const significant = pairs.filter(isSignificant).length
  return `${significant} of ${plural(pairs.length, 'pair')} ${significant === 1 ? 'differs' : 'differ'} significantly at the level ${SIGNIFICANCE}.`
}

function warningsOf({ runs, groups }: ComparisonAnalysis): Warning[] {
  const untested = runs.filter(({ tested }) => tested === undefined)
  const labels = (indices: readonly number[]) => indices.map((index) => runs[index]?.label).join(', ')
  const first = groups[0]
  const apart = groups.slice(1).map((group): Warning => {
    const verb = group.runs.length === 1 ? 'is' : 'are'
    return {
      title: 'Different test data',
      text: `${labels(group.runs)} ${verb} not compared pair by pair with ${labels(first?.runs ?? [])}: ${group.differs ?? 'the test data differ'}.`,
    }
  })
  const without = untested.map(({ label }) => label).join(', ')
  const warning: Warning = {
    title: 'Not tested',
    text: `${without} ${untested.length === 1 ? 'has' : 'have'} no predictions of the test samples: only recipe and curves are compared.`,
  }
  return [...apart, ...(untested.length > 0 ? [warning] : [])]
}
