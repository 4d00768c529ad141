import { valuesAt } from '../parameters.ts'
import { type Sampler, sweepStream } from './sampler.ts'

/** Independent draws. */
export const random: Sampler = {
  name: 'random',
  description: 'independent draws',
  suggest: (parameters, seed, number) => valuesAt(parameters, randomCoordinates(seed, number)),
}

/** Uniform draws in [0, 1) by the index of a parameter. */
export function randomCoordinates(seed: number, number: number): (index: number) => number {
  const stream = sweepStream(seed, number, 0)
  return (index) => stream.below(2 ** 32, index) / 2 ** 32
}
