/**
 * The base of every deliberate error.
 *
 * `message` names the operation, the value, the rule and what to do next. `code` is stable and meant for programs. A
 * program that shows errors to people prints only `message` of a `TreadleError`. Any other error is a defect: print
 * its stack.
 *
 * @example
 * throw new TreadleError('DATASET_TRUNCATED', 'train-labels-idx1-ubyte ends after 12 of 60,008 bytes; fetch it again.')
 */
export class TreadleError extends Error {
  override readonly name = 'TreadleError'
  /** Stable and upper-case. It starts with the area of the package: `DATASET_…`, `MODEL_…`, `RUNTIME_…`. */
  readonly code: string

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** Whether `value` is a `TreadleError`, of this or another copy of the package. */
export function isTreadleError(value: unknown): value is TreadleError {
  return (
    value instanceof Error &&
    value.name === 'TreadleError' &&
    typeof (value as { code?: unknown }).code === 'string'
  )
}
