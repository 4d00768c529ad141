import { valuesAt } from '../parameters.ts'
import { type Sampler, sweepStream } from './sampler.ts'

/** Independent draws. */
export const random: Sampler = {
  name: 'random',
  description: 'independent draws',
  suggest(parameters, seed, number) {
    const stream = sweepStream(seed, number, 0)
    return valuesAt(parameters, (dimension) => stream.below(2 ** 32, dimension) / 2 ** 32)
  },
}
