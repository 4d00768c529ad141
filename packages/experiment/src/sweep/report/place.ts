import { textOf } from '../../recipe/flags.ts'
import type { Parameter } from '../parameters.ts'

/** Where a value lies in its range, in [0, 1]; NaN for a trial that has none. */
export function placeOf({ range }: Parameter, value: unknown): number {
  if (value === undefined) return Number.NaN
  if (range.kind === 'choices') {
    const index = range.choices.findIndex((choice) => textOf(choice) === textOf(value))
    return range.choices.length === 1 ? 0.5 : index / (range.choices.length - 1)
  }
  const scaled = range.isLog ? Math.log : Number
  const [low, high] = [scaled(range.low), scaled(range.high)]
  return high === low ? 0.5 : (scaled(value as number) - low) / (high - low)
}
