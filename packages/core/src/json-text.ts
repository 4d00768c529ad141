import { TreadleError } from './error.ts'

interface JsonTextOptions {
  /** What writes the text, the beginning of the error's message. */
  readonly operation: string
  /** Code of the error. */
  readonly code: string
  /** The error's advice. Default: to look for extreme values in the data and to lower the learning rate. */
  readonly advice?: string
  /** Spaces for each level. Default: one line. */
  readonly indent?: number
}

const ADVICE = 'Check the data for extreme values, and lower the learning rate.'

/**
 * A value as JSON. JSON has no NaN and no infinity, and `JSON.stringify` writes `null` for them, which no reader takes
 * for a number: here they are an error. A field without a value is `undefined`, and is left out.
 * @throws TreadleError with the given code, which names the field
 * @example
 * jsonText({ loss: 0.5 }, { operation: 'Writing run.json', code: 'EXPERIMENT_NOT_FINITE' }) // '{"loss":0.5}'
 */
export function jsonText(
  value: unknown,
  { operation, code, advice = ADVICE, indent }: JsonTextOptions,
): string {
  const paths = new Map<unknown, string>()
  return JSON.stringify(
    value,
    function (this: unknown, key: string, inner: unknown) {
      const holder = paths.get(this)
      const path = holder === undefined || holder === '' ? key : `${holder}.${key}`
      if (typeof inner === 'object' && inner !== null) paths.set(inner, path)
      if (typeof inner !== 'number' || Number.isFinite(inner)) return inner
      throw new TreadleError(code, `${operation}: \`${path}\` is ${inner}, which JSON cannot hold. ${advice}`)
    },
    indent,
  )
}
