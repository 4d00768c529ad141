import type { Arg } from './args.ts'

/** The argument that chooses the weights of a run. */
export const weightsArg = {
  type: 'string',
  valueHint: 'best|last|EPOCH',
  description:
    'Use the weights of the epoch with the lowest validation loss, of the last epoch, or of one of these by its number. The default is the saved model',
} as const satisfies Arg
