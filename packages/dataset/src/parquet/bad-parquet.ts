import { TreadleError } from '@treadle/core'

export const badParquet = (name: string, reason: string, cause?: unknown) =>
  new TreadleError('DATASET_BAD_PARQUET', `Reading ${name}: ${reason}.`, { cause })
