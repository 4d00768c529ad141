import { textOf } from '../../recipe/flags.ts'
import type { Parameter } from '../parameters.ts'

/** The distribution of a parameter as Optuna's `json_to_distribution` reads it. */
export function distributionJson({ range }: Parameter): string {
  if (range.kind === 'choices')
    return JSON.stringify({
      name: 'CategoricalDistribution',
      attributes: { choices: range.choices.map(choiceOf) },
    })
  const { low, high, isLog, step } = range
  return JSON.stringify(
    step === undefined
      ? { name: 'FloatDistribution', attributes: { step: null, low, high, log: isLog } }
      : { name: 'IntDistribution', attributes: { log: isLog, step, low, high } },
  )
}

/** The value as a journal holds it: of a choice its index. */
export function internalValue({ range }: Parameter, value: unknown): number {
  if (range.kind === 'numbers') return value as number
  return range.choices.findIndex((choice) => textOf(choice) === textOf(value))
}

/** The value of a trial from what a journal holds; undefined for an index that no choice has. */
export function externalValue({ range }: Parameter, internal: number): unknown {
  return range.kind === 'numbers' ? internal : range.choices[internal]
}

/** Optuna's choices are numbers, texts, true or false; a list is written as its flag is. */
const choiceOf = (value: unknown) => (typeof value === 'object' && value !== null ? textOf(value) : value)
