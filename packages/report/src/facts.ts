import {
  type ClassifierAnalysis,
  type RegressorAnalysis,
  analyseClassifier,
  analyseRegressor,
} from './analysis.ts'
import { duration, fixed, grouped, percent, signed } from './format-number.ts'
import type { ClassifierTest, RegressorTest, RunReport } from './run-report.ts'

/** A label and what stands beside it, both plain text. */
export type Fact = readonly [label: string, value: string]

/** A run's test with every figure worked out; undefined where the run was not tested. */
export type TestedRun =
  | { readonly kind: 'classifier'; readonly test: ClassifierTest; readonly analysis: ClassifierAnalysis }
  | { readonly kind: 'regressor'; readonly test: RegressorTest; readonly analysis: RegressorAnalysis }

/** @throws TreadleError `REPORT_BAD_INPUT` */
export function analyseRun({ test, seed }: RunReport): TestedRun | undefined {
  if (!test) return undefined
  return test.kind === 'classifier'
    ? { kind: 'classifier', test, analysis: analyseClassifier(test, seed) }
    : { kind: 'regressor', test, analysis: analyseRegressor(test) }
}

export function reportTitle({ model, dataset }: RunReport): string {
  return `${model.name} on ${dataset.name}`
}

/** What a reader must know before any figure: the sample, an unfinished run, no test. */
export function warningsOf(report: RunReport): string[] {
  const finished = report.history.loss.length
  const warnings: string[] = []
  if (report.dataset.source.kind === 'sample')
    warnings.push(
      `Embedded sample: this run used ${grouped(report.dataset.train)} training and ${grouped(report.dataset.test)} test rows of ${report.dataset.name}. Its figures are not comparable with published ones.`,
    )
  if (report.stopped === 'aborted')
    warnings.push(
      `Stopped early: ${finished} of ${report.epochs} epochs were finished before the run was interrupted.`,
    )
  if (!report.test) warnings.push('Not tested: the run ended before the test rows were classified.')
  return warnings
}

/** The result in one sentence or two. */
export function headline(report: RunReport, run: TestedRun | undefined): string {
  if (!run)
    return `${report.history.loss.length} of ${report.epochs} epochs were finished; there is no test result.`
  if (run.kind === 'regressor') {
    const { mae, rmse, r2 } = run.analysis
    return `Test MAE ${fixed(mae, 4)}, RMSE ${fixed(rmse, 4)}, R² ${fixed(r2, 4)}.`
  }
  const { accuracy, low, high } = run.analysis.interval
  const own = `Test accuracy ${percent(accuracy)} (95 % bootstrap interval ${percent(low)} to ${percent(high)}).`
  const { reference } = report
  if (!reference) return own
  const difference = signed((accuracy - reference.accuracy) * 100, 2)
  return `${own} Published: ${percent(reference.accuracy)} (${reference.name}); difference ${difference} points.`
}

/** Single figures on the test rows. */
export function scoresOf(run: TestedRun): Fact[] {
  if (run.kind === 'regressor')
    return [
      ['Mean absolute error', fixed(run.analysis.mae, 4)],
      ['Root mean squared error', fixed(run.analysis.rmse, 4)],
      ['R²', fixed(run.analysis.r2, 4)],
      ['Loss', fixed(run.test.loss, 4)],
    ]
  const { analysis, test } = run
  return [
    ['Accuracy', percent(analysis.interval.accuracy)],
    ['95 % interval', `${percent(analysis.interval.low)} to ${percent(analysis.interval.high)}`],
    ['Balanced accuracy', percent(analysis.balancedAccuracy)],
    ...(analysis.top2 === undefined ? [] : [['Top-2 accuracy', percent(analysis.top2)] as const]),
    ...(analysis.top3 === undefined ? [] : [['Top-3 accuracy', percent(analysis.top3)] as const]),
    ['Cohen’s κ', fixed(analysis.cohenKappa, 4)],
    ['Matthews correlation', fixed(analysis.matthewsCorrcoef, 4)],
    ['Loss', fixed(test.loss, 4)],
    ['Log loss', fixed(analysis.logLoss, 4)],
    ['Expected calibration error', percent(analysis.calibration.expectedCalibrationError)],
  ]
}

/** What was run, on what and for how long. */
export function setupOf(report: RunReport): Fact[] {
  const { dataset, backend } = report
  const epochs = report.history.loss.length
  return [
    ['Data', `${dataset.name}: ${grouped(dataset.train)} training, ${grouped(dataset.test)} test rows`],
    ['Source', [dataset.source.kind, dataset.source.location].filter(Boolean).join(', ')],
    [
      'Epochs',
      epochs === report.epochs ? String(epochs) : `${epochs} of ${report.epochs} (${report.stopped})`,
    ],
    ['Batch size', String(report.batchSize)],
    ['Time', duration(report.seconds)],
    ['Executor', report.executor],
    [
      'Backend',
      `${backend.name}, SIMD ${backend.simd ? 'on' : 'off'}, ${backend.threads} ${backend.threads === 1 ? 'thread' : 'threads'}`,
    ],
  ]
}

/** What is needed to run it again and to know that it was the same. */
export function repetitionOf(report: RunReport): Fact[] {
  return [
    ['Command', report.command],
    ['Seed', String(report.seed)],
    ...Object.entries(report.options).map(([name, value]): Fact => [`Option ${name}`, String(value)]),
    ...(report.startedAt === undefined ? [] : [['Started', report.startedAt] as const]),
    ...(report.weightsSha256 === undefined ? [] : [['Weights SHA-256', report.weightsSha256] as const]),
    ...Object.entries(report.dataset.source.sha256).map(([file, sum]): Fact => [`${file} SHA-256`, sum]),
    ...Object.entries(report.versions).map(([name, version]): Fact => [name, version]),
  ]
}
