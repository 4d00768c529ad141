import { checkShape } from './refuse.ts'
import { documentShape, runReportShape } from './shapes.ts'
import { bestEpochText } from './analysis/best-epoch.ts'
import type { LabelledImages } from '@treadle/core'
import { baselineEpochs } from './analysis/baseline.ts'
import { type RunAnalysis, analyseRun } from './analysis/run.ts'
import type { Fact, Section } from './blocks.ts'
import type { RunReport } from './run-report.ts'
import { sections } from './sections/index.ts'
import { duration, fixed, grouped, percent, plural } from './words.ts'

export interface Warning {
  /** In a word or two. */
  readonly title: string
  readonly text: string
}

/** A whole report as plain data: every renderer walks it. It passes to another thread as it is. */
export interface ReportDocument {
  readonly title: string
  /** The main result in its shortest form, such as `88.42 %`, and its name, such as `test accuracy`. */
  readonly result: { readonly value: string; readonly name: string }
  /** The result in a sentence. */
  readonly headline: string
  /** How the result compares with the baseline, or how many pairs of runs differ, in a sentence. */
  readonly comparison?: string
  /** What a reader must know before any number. */
  readonly warnings: readonly Warning[]
  /** What was run, on which data, for how long. */
  readonly setup: readonly Fact[]
  readonly sections: readonly Section[]
  /** The test images that galleries and cells of the confusion matrix show. */
  readonly images?: LabelledImages
}

/**
 * Describe a run section by section, as data.
 * @throws TreadleError `REPORT_BAD_INPUT` where the report's shapes disagree
 */
export function describeRun(run: RunReport | RunAnalysis): ReportDocument {
  checkShape('describeRun', 'run', run, 'record')
  const analysis = 'tested' in run ? run : analyseRun(run)
  checkShape('describeRun', 'run.report', analysis.report, runReportShape)
  const { report, tested } = analysis
  const comparison = comparisonOf(analysis)
  const images = tested?.kind === 'classifier' ? tested.test.images : undefined
  return {
    title: `${report.model.name} on ${report.dataset.name}`,
    result: resultOf(analysis),
    headline: headlineOf(analysis),
    ...(comparison !== undefined && { comparison }),
    warnings: warningsOf(report),
    setup: setupOf(report),
    sections: sections
      .map(({ id, title, blocks }) => ({ id, title, blocks: blocks(analysis) }))
      .filter(({ blocks }) => blocks.length > 0),
    ...(images && { images }),
  }
}

/**
 * What a renderer takes: a run, or the document that was made of it already.
 * @throws TreadleError `REPORT_BAD_INPUT`
 */
export function documentOf(run: RunReport | ReportDocument): ReportDocument {
  checkShape('Rendering a report', 'report', run, 'record')
  if (!('sections' in run)) return describeRun(run)
  checkShape('Rendering a report', 'report', run, documentShape)
  return run
}

function resultOf({ report, tested }: RunAnalysis): ReportDocument['result'] {
  if (tested?.kind === 'classifier')
    return { value: percent(tested.analysis.interval.accuracy), name: 'test accuracy' }
  if (tested?.kind === 'regressor') return { value: fixed(tested.analysis.r2, 3), name: 'test R²' }
  return { value: String(report.history.loss.length), name: `of ${plural(report.epochs, 'epoch')}` }
}

function headlineOf({ report, tested }: RunAnalysis): string {
  if (!tested)
    return `The run finished ${report.history.loss.length} of ${plural(report.epochs, 'epoch')}. It has no test result.`
  if (tested.kind === 'regressor') {
    const { mae, rmse, r2 } = tested.analysis
    return `Test MAE ${fixed(mae, 4)}, RMSE ${fixed(rmse, 4)}, R² ${fixed(r2, 4)}.`
  }
  const { accuracy, low, high } = tested.analysis.interval
  return `Test accuracy ${percent(accuracy)} (95 % bootstrap interval ${percent(low)} to ${percent(high)}).`
}

/** Like is compared with like: a run of another length or with other settings gets no verdict on its final result. */
function comparisonOf({ report, tested, baseline }: RunAnalysis): string | undefined {
  const { reference, history, unlikeReference = [] } = report
  if (tested?.kind !== 'classifier' || !reference) return undefined
  if (!baseline && unlikeReference.length > 0)
    return `The baseline (${reference.name}) has other settings than this run (${unlikeReference.join(', ')}): the final results do not compare. The training section compares epoch by epoch.`
  if (!baseline)
    return `The baseline (${reference.name}) trained for ${plural(baselineEpochs(reference), 'epoch')}, this run for ${history.loss.length}: the final results do not compare. The training section compares epoch by epoch.`
  const points = ((tested.analysis.interval.accuracy - baseline.accuracy) * 100).toFixed(2)
  const verdict =
    Number(points) === 0
      ? 'This run is equal to the baseline'
      : `This run is ${points.replace('-', '')} percentage points ${points.startsWith('-') ? 'lower' : 'higher'}`
  return `The baseline (${baseline.name}) has a test accuracy of ${percent(baseline.accuracy)}. ${verdict}.`
}

function warningsOf({ dataset, history, epochs, stopped, test }: RunReport): Warning[] {
  const warnings: Warning[] = []
  if (dataset.source.kind === 'sample')
    warnings.push({
      title: 'Embedded sample',
      text: `This run used only ${grouped(dataset.train)} training and ${grouped(dataset.test)} test samples. Its metrics do not compare with results on the full data set.`,
    })
  if (stopped === 'aborted')
    warnings.push({
      title: 'Interrupted',
      text: `The run finished ${history.loss.length} of ${plural(epochs, 'epoch')} before it was stopped.`,
    })
  if (!test)
    warnings.push({ title: 'Not tested', text: 'The run ended before it classified the test samples.' })
  return warnings
}

function setupOf(report: RunReport): Fact[] {
  const { dataset, backend } = report
  const epochs = report.history.loss.length
  const best = bestEpochText(report.history)
  return [
    ['Data', `${dataset.name}: ${grouped(dataset.train)} training, ${grouped(dataset.test)} test samples`],
    ['Source', [dataset.source.kind, dataset.source.location].filter(Boolean).join(', ')],
    [
      'Epochs',
      epochs === report.epochs ? String(epochs) : `${epochs} of ${report.epochs} (${report.stopped})`,
    ],
    ...(best === undefined ? [] : [['Best epoch', best] as const]),
    ['Batch size', String(report.batchSize)],
    ['Time', duration(report.seconds)],
    ['Executor', report.executor],
    ['Backend', `${backend.name}, SIMD ${backend.simd ? 'on' : 'off'}, ${plural(backend.threads, 'thread')}`],
  ]
}
