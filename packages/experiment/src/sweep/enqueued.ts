import { TreadleError, show } from '@treadle/core'
import { textOf } from '../recipe/flags.ts'
import type { JournalTrial } from './journal/trial.ts'
import { type Parameter, type Values, valuesAt } from './parameters.ts'
import { randomCoordinates } from './samplers/random.ts'

/**
 * The values of a trial that Optuna's `enqueue_trial` has added: those that it fixes, and draws for the others.
 * @throws TreadleError `EXPERIMENT_BAD_TRIAL` if a value is not one that the sweep searches
 */
export function enqueuedValues(
  { number, systemAttributes }: JournalTrial,
  parameters: readonly Parameter[],
  seed: number,
): Values {
  const given = systemAttributes.get('fixed_params')
  const fixed = Object.entries(typeof given === 'object' && given !== null ? given : {})
  const checked = fixed.map(([path, value]) => [path, searched(path, value, parameters)])
  return valuesAt(parameters, randomCoordinates(seed, number), Object.fromEntries(checked) as Values)
}

function searched(path: string, value: unknown, parameters: readonly Parameter[]): unknown {
  const range = parameters.find((parameter) => parameter.path === path)?.range
  if (range === undefined) throw bad(`The trial fixes ${path}, which the sweep does not search.`)
  if (range.kind === 'choices') {
    const index = range.choices.findIndex((choice) => textOf(choice) === textOf(value))
    if (index >= 0) return range.choices[index]
    throw bad(
      `The trial fixes ${path} = ${show(value)}, which is not one of ${range.choices.map(textOf).join(', ')}.`,
    )
  }
  const { low, high, step } = range
  const isOnStep = step === undefined || Number.isInteger(((value as number) - low) / step)
  if (typeof value === 'number' && value >= low && value <= high && isOnStep) return value
  throw bad(
    `The trial fixes ${path} = ${show(value)}, which is not from ${low} to ${high}${step === undefined || step === 1 ? '' : ` in steps of ${step}`}.`,
  )
}

const bad = (message: string) => new TreadleError('EXPERIMENT_BAD_TRIAL', message)
