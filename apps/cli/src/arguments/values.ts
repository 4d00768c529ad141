import { didYouMean } from '@treadle/core'
import { UsageError } from '../errors.ts'

/** Bounds of a number on the command line. */
interface Range {
  readonly min?: number
  readonly max?: number
}

function rule(kind: string, { min, max }: Range): string {
  const bounds = [
    min === undefined || max !== undefined ? undefined : `of at least ${min}`,
    min === undefined || max === undefined ? undefined : `from ${min} to ${max}`,
    min !== undefined || max === undefined ? undefined : `of at most ${max}`,
  ].filter((bound) => bound !== undefined)
  return `must be ${kind} ${bounds.join(' and ')}`.trimEnd()
}

const within = (value: number, { min = -Infinity, max = Infinity }: Range) => value >= min && value <= max

/** Reads a whole number in decimal digits. `0x10`, `1e3`, an empty text and ` 1` are errors. */
export function wholeNumber(flag: string, text: string, range: Range): number {
  const value = /^[+-]?\d+$/.test(text) ? Number(text) : NaN
  if (Number.isSafeInteger(value) && within(value, range)) return value
  throw new UsageError(`\`${flag}\` (=${text}) ${rule('a whole number', range)}.`)
}

/** Reads a decimal number greater than 0, such as 0.01 or 1e-6. `0x10`, an empty text and ` 1` are errors. */
export function positiveNumber(flag: string, text: string): number {
  const value = /^\+?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : NaN
  if (value > 0 && Number.isFinite(value)) return value
  throw new UsageError(`\`${flag}\` (=${text}) must be a number greater than 0.`)
}

/** One of the given words. The error lists them all and suggests the nearest. */
export function choice<const Choice extends string>(
  flag: string,
  text: string,
  choices: readonly Choice[],
): Choice {
  const found = choices.find((item) => item === text)
  if (found !== undefined) return found
  const list = choices.length === 1 ? choices[0] : `${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}`
  throw new UsageError(`\`${flag}\` (=${text}) must be ${list}.${didYouMean(text, choices)}`)
}

/** `auto`, or a number of threads from 1 to 8, the most that the runtime starts. */
export function threadCount(flag: string, text: string): 'auto' | number {
  if (text === 'auto') return 'auto'
  if (!/^[+-]?\d+$/.test(text)) {
    throw new UsageError(
      `\`${flag}\` (=${text}) must be auto or a whole number from 1 to 8.${didYouMean(text, ['auto'])}`,
    )
  }
  return wholeNumber(flag, text, { min: 1, max: 8 })
}
