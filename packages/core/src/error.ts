/**
 * The base of every error Treadle throws on purpose.
 *
 * `message` says what was being done, the value met, the rule it broke and what to do next; `code` is stable and
 * meant for programs. A program that shows errors to people prints `message` alone for a `TreadleError` and keeps
 * the stack for anything else, which is a defect.
 *
 * @example
 * throw new TreadleError('DATASET_TRUNCATED', 'train-labels-idx1-ubyte ends after 12 of 60,008 bytes; fetch it again.')
 */
export class TreadleError extends Error {
  override readonly name = 'TreadleError'
  /** Stable, upper-case, starting with the package's area: `DATASET_…`, `MODEL_…`, `RUNTIME_…`. */
  readonly code: string

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** True for any `TreadleError`, also one from another copy of this package. */
export function isTreadleError(value: unknown): value is TreadleError {
  return (
    value instanceof Error &&
    value.name === 'TreadleError' &&
    typeof (value as { code?: unknown }).code === 'string'
  )
}
