import { type Parameter, type Values, gridOf, isActive } from '../parameters.ts'
import type { Sampler } from './sampler.ts'

/** Every combination of values; the last parameter changes first. The seed has no effect. */
export const grid: Sampler = {
  name: 'grid',
  description: 'every combination; ends by itself',
  suggest(parameters, _seed, number) {
    let index = 0
    for (const values of combinations(parameters, {})) if (index++ === number) return values
    return undefined
  },
}

function* combinations([first, ...others]: readonly Parameter[], values: Values): Generator<Values> {
  if (first === undefined) yield values
  else if (!isActive(first, values)) yield* combinations(others, values)
  else for (const value of gridOf(first)) yield* combinations(others, { ...values, [first.path]: value })
}
