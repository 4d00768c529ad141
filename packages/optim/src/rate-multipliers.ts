import { checkExclusions } from './weight-decay.ts'
import type { CommonOptions } from './common-options.ts'
import type { StepScalars } from './flat-parameters.ts'
import type { OptimizerDefinition } from './optimizer.ts'
import { isNamed, namesNothing } from './weight-names.ts'

const f = Math.fround

/** The factor of the learning rate of the weight `name`, such as `dense_1/kernel`: the product of those that name it. */
export function rateMultiplierOf({ rateMultipliers = {} }: CommonOptions, name: string): number {
  return Object.entries(rateMultipliers).reduce(
    (product, [pattern, factor]) => (isNamed(name, pattern) ? product * factor : product),
    1,
  )
}

/**
 * The scalars of a step for weights whose learning rate is multiplied: the learning rate, and the optimizer's scalars
 * that are proportional to it.
 */
export function multipliedScalars(
  { rateScalars = [] }: Pick<OptimizerDefinition<never>, 'rateScalars'>,
  scalars: StepScalars,
  multiplier: number,
): StepScalars {
  if (multiplier === 1) return scalars
  const factor = f(multiplier)
  return Array.from(scalars, (value, i) => (i === 0 || rateScalars.includes(i) ? f(value * factor) : value))
}

/**
 * Checks that each exclusion from weight decay and each rate multiplier names something.
 * @param names of the trainable weights
 * @throws TreadleError `TRAINER_BAD_OPTIMIZER`
 */
export function checkWeightNames(optimizer: CommonOptions, names: readonly string[]): void {
  checkExclusions(optimizer, names)
  for (const pattern of Object.keys(optimizer.rateMultipliers ?? {}))
    if (!names.some((name) => isNamed(name, pattern))) throw namesNothing('rateMultipliers', pattern, names)
}
