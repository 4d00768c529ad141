import { averagesOf, averageWeights } from './averaging.ts'
import { clipGradients } from './clipping.ts'
import type { PlainUpdate } from './flat-parameters.ts'
import { definitionOf, type Optimizer } from './optimizers/index.ts'
import { decayWeights, weightDecayOf } from './weight-decay.ts'

/**
 * One step of an optimizer as a function over all parameters at once, in Keras's order: clipping, weight decay,
 * update, lookahead, averaging.
 * @param names of the weights, in the order of `FlatParameters.offsets`: weight decay may leave some out
 */
export function plainUpdate(optimizer: Optimizer, names: readonly string[]): PlainUpdate {
  const clip = clipGradients(optimizer)
  const decays = names.map((name) => weightDecayOf(optimizer, name))
  const parts = [
    ...(clip ? [clip] : []),
    ...(decays.some((decay) => decay > 0) ? [decayWeights(decays)] : []),
    definitionOf(optimizer).plain(optimizer),
    ...averagesOf(optimizer).map(({ slot, fromEnd }) => averageWeights(slot, fromEnd)),
  ]
  return (parameters, scalars) => {
    for (const part of parts) part(parameters, scalars)
  }
}
