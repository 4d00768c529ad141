import { TreadleError } from '@treadle/core'

export function badGzip(name: string, cause: unknown): TreadleError {
  const detail = cause instanceof Error && cause.message ? ` (${cause.message})` : ''
  return new TreadleError(
    'DATASET_BAD_GZIP',
    `Unpacking ${name}: the gzip data are damaged or truncated${detail}. Download the file again.`,
    { cause },
  )
}
