import { checkFinite, checkPaired } from './check.ts'

/**
 * Mean absolute error, in the targets' unit: scikit-learn's `mean_absolute_error`.
 * @param targets shape [count]
 * @param predictions shape [count]
 * @throws TreadleError `METRICS_BAD_INPUT`
 */
export function mae(targets: ArrayLike<number>, predictions: ArrayLike<number>): number {
  return mean('mae', targets, predictions, Math.abs)
}

/**
 * Root of the mean squared error, in the targets' unit: scikit-learn's `root_mean_squared_error`.
 * @param targets shape [count]
 * @param predictions shape [count]
 * @throws TreadleError `METRICS_BAD_INPUT`
 */
export function rmse(targets: ArrayLike<number>, predictions: ArrayLike<number>): number {
  return Math.sqrt(mean('rmse', targets, predictions, (error) => error * error))
}

/**
 * R², the share of the targets' variance that is explained: at most 1, 0 for always answering the mean.
 * scikit-learn's `r2_score`: where all targets are equal it is 1 if every prediction is exact, else 0.
 * @param targets shape [count], at least 2
 * @param predictions shape [count]
 * @returns NaN for a single row
 * @throws TreadleError `METRICS_BAD_INPUT`
 */
export function r2(targets: ArrayLike<number>, predictions: ArrayLike<number>): number {
  const residual = mean('r2', targets, predictions, (error) => error * error)
  if (targets.length < 2) return Number.NaN
  const centre = Array.from(targets).reduce((sum, target) => sum + target, 0) / targets.length
  const variance = mean(
    'r2',
    targets,
    new Float64Array(targets.length).fill(centre),
    (error) => error * error,
  )
  if (variance === 0) return residual === 0 ? 1 : 0
  return 1 - residual / variance
}

function mean(
  operation: string,
  targets: ArrayLike<number>,
  predictions: ArrayLike<number>,
  of: (error: number) => number,
): number {
  checkPaired(operation, { targets, predictions })
  checkFinite(operation, 'targets', targets)
  checkFinite(operation, 'predictions', predictions)
  let sum = 0
  for (let i = 0; i < targets.length; i++) sum += of((predictions[i] as number) - (targets[i] as number))
  return sum / targets.length
}
