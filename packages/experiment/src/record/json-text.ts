import { TreadleError } from '@treadle/core'

/**
 * A value as JSON. JSON has no NaN and no infinity; `JSON.stringify` would write `null`, which no reader takes.
 * @param location what messages call the file
 * @throws TreadleError `EXPERIMENT_NOT_FINITE`
 */
export function jsonText(value: unknown, location: string, indent?: number): string {
  return JSON.stringify(
    value,
    (key, inner: unknown) => {
      if (typeof inner !== 'number' || Number.isFinite(inner)) return inner
      throw new TreadleError(
        'EXPERIMENT_NOT_FINITE',
        `Writing ${location}: \`${key}\` is ${inner}, which the file cannot hold. Check the data for extreme values, and lower the learning rate.`,
      )
    },
    indent,
  )
}
