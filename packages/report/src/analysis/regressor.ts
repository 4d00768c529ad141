import { mae, r2, rmse } from '@treadle/metrics'
import type { RegressorTest } from '../run-report.ts'

/** Every metric that a report gives of a regressor's answers. */
export interface RegressorAnalysis {
  readonly mae: number
  readonly rmse: number
  readonly r2: number
}

/**
 * Compute every metric of a report from a regressor's answers.
 * @throws TreadleError `METRICS_BAD_INPUT` where targets and predictions have different lengths or are not finite
 */
export function analyseRegressor({ targets, predictions }: RegressorTest): RegressorAnalysis {
  return { mae: mae(targets, predictions), rmse: rmse(targets, predictions), r2: r2(targets, predictions) }
}
