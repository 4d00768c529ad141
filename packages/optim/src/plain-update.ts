import { averagesOf, averageWeights } from './averaging.ts'
import { clipGradients } from './clipping.ts'
import type { FlatParameters, PlainUpdate } from './flat-parameters.ts'
import type { WeightShape } from './matrices.ts'
import { definitionOf, type Optimizer } from './optimizers/index.ts'
import { multipliedScalars, rateMultiplierOf } from './rate-multipliers.ts'
import { decayWeights, weightDecayOf } from './weight-decay.ts'

/**
 * One step of an optimizer as a function over all parameters at once, in Keras's order: clipping, weight decay,
 * update, lookahead, averaging.
 * @param weights in the order of `FlatParameters.offsets`: their names and shapes decide about weight decay, learning rates
 *   of their own, and updates as matrices
 */
export function plainUpdate(optimizer: Optimizer, weights: readonly WeightShape[]): PlainUpdate {
  const clip = clipGradients(optimizer)
  const stretches = stretchesOf(optimizer, weights)
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

/** Weights next to each other that have the same learning rate and are updated at once. */
interface Stretch {
  readonly from: number
  readonly to: number
  readonly multiplier: number
  readonly parts: readonly PlainUpdate[]
}

function stretchesOf(optimizer: Optimizer, weights: readonly WeightShape[]): Stretch[] {
  const definition = definitionOf(optimizer)
  const multipliers = weights.map(({ name }) => rateMultiplierOf(optimizer, name))
  const matrices = weights.map((weight) => definition.matrices?.of(optimizer, weight))
  const isFirst = (i: number) =>
    i === 0 || multipliers[i] !== multipliers[i - 1] || (matrices[i] ?? matrices[i - 1]) !== undefined
  const starts = [...weights.keys()].filter(isFirst)
  return starts.map((from, i) => {
    const to = starts[i + 1] ?? weights.length
    const decays = weights.slice(from, to).map((weight) => weightDecayOf(optimizer, weight))
    const matrix = matrices[from]
    return {
      from,
      to,
      multiplier: multipliers[from] as number,
      parts: [
        ...(decays.some((decay) => decay > 0) ? [decayWeights(decays)] : []),
        (matrix && definition.matrices?.plain(optimizer, matrix)) ?? definition.plain(optimizer),
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
