import { TreadleError } from '@treadle/core'

/** The error for a weight that is NaN or infinite in a file or a model: it cannot predict. */
export function notFinite(operation: string, weight: string, value: number): TreadleError {
  return new TreadleError(
    'MODEL_NOT_FINITE',
    `${operation}: weight \`${weight}\` holds ${value}, and a network with such a weight predicts nothing. ` +
      'Train again from an earlier state with a smaller learning rate.',
  )
}
