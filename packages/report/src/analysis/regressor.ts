import { mae, r2, rmse } from '@treadle/metrics'
import { checkShape } from '../refuse.ts'
import { regressorTestShape } from '../shapes.ts'
import type { RegressorTest } from '../run-report.ts'

/** Every metric that a report gives of a regressor's answers. */
export interface RegressorAnalysis {
  readonly mae: number
  readonly rmse: number
  readonly r2: number
}

/**
 * Compute every metric of a report from a regressor's answers.
 * @throws TreadleError `REPORT_BAD_INPUT`; `METRICS_BAD_INPUT` where targets and predictions have different lengths or are not finite
 */
export function analyseRegressor(test: RegressorTest): RegressorAnalysis {
  checkShape('analyseRegressor', 'test', test, regressorTestShape)
  const { targets, predictions } = test
  return { mae: mae(targets, predictions), rmse: rmse(targets, predictions), r2: r2(targets, predictions) }
}
