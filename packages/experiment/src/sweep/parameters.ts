import { exp, log } from '@treadle/core'
import { textOf } from '../recipe/flags.ts'
import type { Distribution } from './distribution.ts'

/** Values of a trial by the path of their field; those whose condition does not hold are absent. */
export type Values = Readonly<Record<string, unknown>>

/** A field of the recipe that a sweep searches. */
export interface Parameter {
  /** Of the field in the recipe. */
  readonly path: string
  readonly range: Choices | Numbers
  /** The parameter is active where each of these other parameters has one of these values. */
  readonly when: Readonly<Record<string, readonly unknown[]>>
}

interface Choices {
  readonly kind: 'choices'
  readonly choices: readonly unknown[]
}

export interface Numbers {
  readonly kind: 'numbers'
  readonly low: number
  readonly high: number
  readonly isLog: boolean
  /** Undefined for real numbers. */
  readonly step: number | undefined
  /** Of a grid. Undefined: all that the step gives. */
  readonly points: number | undefined
}

export function parameterOf(path: string, given: Distribution): Parameter {
  const when = Object.entries(given.when ?? {}).map(([name, values]) => [name, [values].flat()])
  return { path, range: rangeOf(given), when: Object.fromEntries(when) }
}

function rangeOf(given: Distribution): Choices | Numbers {
  if ('choice' in given) return { kind: 'choices', choices: given.choice }
  if ('int' in given) {
    const [low, high] = given.int
    const { step = 1 } = given
    return { kind: 'numbers', low, high: high - ((high - low) % step), isLog: false, step, points: undefined }
  }
  const { points } = given
  const [low, high] = 'uniform' in given ? given.uniform : 'logInt' in given ? given.logInt : given.logUniform
  return {
    kind: 'numbers',
    low,
    high,
    isLog: !('uniform' in given),
    step: 'logInt' in given ? 1 : undefined,
    points,
  }
}

export function isActive({ when }: Parameter, values: Values): boolean {
  return Object.entries(when).every(
    ([path, wanted]) =>
      Object.hasOwn(values, path) && wanted.some((value) => textOf(value) === textOf(values[path])),
  )
}

/**
 * The values at a point of the unit cube.
 * @param coordinate by the index of the parameter, in [0, 1)
 * @param fixed values that some parameters have in any case
 */
export function valuesAt(
  parameters: readonly Parameter[],
  coordinate: (index: number) => number,
  fixed: Values = {},
): Values {
  const values: Record<string, unknown> = {}
  for (const [i, parameter] of parameters.entries()) {
    const { path } = parameter
    if (!isActive(parameter, values)) continue
    values[path] = Object.hasOwn(fixed, path) ? fixed[path] : valueAtShare(parameter, coordinate(i))
  }
  return values
}

/** The value that a share of the range lies below. @param share in [0, 1) */
export function valueAtShare({ range }: Parameter, share: number): unknown {
  if (range.kind === 'choices') return range.choices[Math.floor(share * range.choices.length)]
  const { low, high, isLog, step } = range
  if (step === undefined) return within(range, rounded(between(low, high, share, isLog)))
  // A whole number stands for the interval of a step around it.
  if (isLog) return within(range, Math.round(between(low - 0.5, high + 0.5, share, true)))
  return low + step * Math.floor(share * ((high - low) / step + 1))
}

/** The values of a grid, in order. */
export function gridOf({ range }: Parameter): readonly unknown[] {
  if (range.kind === 'choices') return range.choices
  const { low, high, isLog, step, points } = range
  if (points === undefined) {
    const width = step ?? high - low
    return low === high
      ? [low]
      : Array.from({ length: Math.floor((high - low) / width) + 1 }, (_, i) => low + i * width)
  }
  const at = (i: number) => {
    const value = points === 1 ? low : between(low, high, i / (points - 1), isLog)
    return within(range, step === undefined ? rounded(value) : Math.round(value))
  }
  return [...new Set(Array.from({ length: points }, (_, i) => at(i)))]
}

/** The value of a range that is nearest to a number within it, of six significant digits. */
export const nearestValue = (range: Numbers, value: number): number =>
  within(range, range.step === undefined ? rounded(value) : value)

const within = ({ low, high }: Numbers, value: number) => Math.min(high, Math.max(low, value))

/** Six significant digits say enough, and fit into a command line. */
const rounded = (value: number) => Number(value.toPrecision(6))

/** By functions whose last bits are the same in every engine: the values decide weights. */
function between(low: number, high: number, share: number, isLog: boolean): number {
  return isLog ? exp(log(low) + share * (log(high) - log(low))) : low + share * (high - low)
}
