import type { PublishedResult } from '@treadle/core'
import { checkShape } from '../refuse.ts'
import { runReportShape } from '../shapes.ts'
import type { ClassifierTest, RegressorTest, RunReport } from '../run-report.ts'
import { baselineEpochs } from './baseline.ts'
import { type ClassifierAnalysis, analyseClassifier } from './classifier.ts'
import { type RegressorAnalysis, analyseRegressor } from './regressor.ts'

/** The test of a run with its metrics. */
export type TestedRun =
  | { readonly kind: 'classifier'; readonly test: ClassifierTest; readonly analysis: ClassifierAnalysis }
  | { readonly kind: 'regressor'; readonly test: RegressorTest; readonly analysis: RegressorAnalysis }

/** A run with every metric computed, once. All renderers of all sections read from it. */
export interface RunAnalysis {
  readonly report: RunReport
  /** Undefined for a run that was not tested. */
  readonly tested: TestedRun | undefined
  /**
   * The baseline, where the final results compare with it: this run finished as many epochs, with the same settings.
   * Single epochs compare with `report.reference` in any case.
   */
  readonly baseline: PublishedResult | undefined
}

/**
 * Compute every metric of a run.
 * @throws TreadleError `REPORT_BAD_INPUT` where the report's shapes disagree
 */
export function analyseRun(report: RunReport): RunAnalysis {
  checkShape('analyseRun', 'report', report, runReportShape)
  const { reference, history, unlikeReference = [] } = report
  const alike = reference && history.loss.length === baselineEpochs(reference) && unlikeReference.length === 0
  return { report, tested: testedRun(report), baseline: alike ? reference : undefined }
}

/** The test of a run with its metrics; undefined for a run that was not tested. */
export function testedRun({ test, seed }: RunReport): TestedRun | undefined {
  if (!test) return undefined
  return test.kind === 'classifier'
    ? { kind: 'classifier', test, analysis: analyseClassifier(test, seed) }
    : { kind: 'regressor', test, analysis: analyseRegressor(test) }
}
