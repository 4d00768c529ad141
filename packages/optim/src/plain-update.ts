import { averagesOf, averageWeights } from './averaging.ts'
import { clipGradients } from './clipping.ts'
import type { FlatParameters, PlainUpdate } from './flat-parameters.ts'
import { definitionOf, type Optimizer } from './optimizers/index.ts'
import { multipliedScalars, rateMultiplierOf } from './rate-multipliers.ts'
import { decayWeights, weightDecayOf } from './weight-decay.ts'

/**
 * One step of an optimizer as a function over all parameters at once, in Keras's order: clipping, weight decay,
 * update, lookahead, averaging.
 * @param names of the weights, in the order of `FlatParameters.offsets`: weight decay may leave some out, and some may
 *   have a learning rate of their own
 */
export function plainUpdate(optimizer: Optimizer, names: readonly string[]): PlainUpdate {
  const clip = clipGradients(optimizer)
  const stretches = stretchesOf(optimizer, names)
  const averages = averagesOf(optimizer).map(({ slot, fromEnd }) => averageWeights(slot, fromEnd))
  return (parameters, scalars) => {
    clip?.(parameters, scalars)
    for (const { from, to, multiplier, parts } of stretches) {
      const own = part(parameters, from, to)
      const ownScalars = multipliedScalars(definitionOf(optimizer), scalars, multiplier)
      for (const update of parts) update(own, ownScalars)
    }
    for (const average of averages) average(parameters, scalars)
  }
}

/** Weights next to each other that have the same learning rate. */
interface Stretch {
  readonly from: number
  readonly to: number
  readonly multiplier: number
  readonly parts: readonly PlainUpdate[]
}

function stretchesOf(optimizer: Optimizer, names: readonly string[]): Stretch[] {
  const multipliers = names.map((name) => rateMultiplierOf(optimizer, name))
  const starts = multipliers.flatMap((one, i) => (i === 0 || one !== multipliers[i - 1] ? [i] : []))
  return starts.map((from, i) => {
    const to = starts[i + 1] ?? names.length
    const decays = names.slice(from, to).map((name) => weightDecayOf(optimizer, name))
    return {
      from,
      to,
      multiplier: multipliers[from] as number,
      parts: [
        ...(decays.some((decay) => decay > 0) ? [decayWeights(decays)] : []),
        definitionOf(optimizer).plain(optimizer),
      ],
    }
  })
}

/** The weights `from` to before `to`, as views. */
function part(
  { weights, gradients, slots, offsets }: FlatParameters,
  from: number,
  to: number,
): FlatParameters {
  const [first, last] = [offsets[from] as number, offsets[to] as number]
  return {
    weights: weights.subarray(first, last),
    gradients: gradients.subarray(first, last),
    slots: Object.fromEntries(
      Object.entries(slots).map(([name, slot]) => [name, slot.subarray(first, last)]),
    ),
    offsets: offsets.slice(from, to + 1).map((offset) => offset - first),
  }
}
