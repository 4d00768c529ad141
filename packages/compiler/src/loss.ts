import type { Emitter } from './emitter.ts'
import { UnsupportedModelError } from './errors.ts'
import { ActivationOperator } from './layers/activation.ts'
import { SoftmaxOperator } from './layers/softmax.ts'
import type { NetworkPlan } from './network-of.ts'
import type { Operator } from './operator.ts'
import type { Storage } from './storage.ts'
import type { Value } from './value.ts'

/** Losses, by Keras's and tfjs's names. */
export type LossName =
  | 'sparseCategoricalCrossentropy'
  | 'categoricalCrossentropy'
  | 'binaryCrossentropy'
  | 'meanSquaredError'

const instruction = {
  sparseCategoricalCrossentropy: 'sparseCrossEntropy',
  categoricalCrossentropy: 'categoricalCrossEntropy',
  binaryCrossentropy: 'binaryCrossEntropy',
  meanSquaredError: 'squaredError',
} as const

/** The last activation's operator: softmax, or sigmoid. */
function finalActivation(output: Value): Operator | undefined {
  let { producer } = output
  while (producer.isView && producer.inputs[0]?.shape.join() === producer.output.shape.join()) {
    producer = (producer.inputs[0] as Value).producer
  }
  if (producer instanceof SoftmaxOperator) return producer
  return producer instanceof ActivationOperator && producer.kind === 'sigmoid' ? producer : undefined
}

/** What the model's output is computed from: the input of its last softmax or sigmoid, or the output itself. */
export function logitsOf(network: NetworkPlan): { logits: Value; operators: readonly Operator[] } {
  const last = finalActivation(network.output)
  // A head that others read too stays as it is.
  if (!last || last.output.consumers.some((consumer) => !consumer.isView))
    return { logits: network.output, operators: network.operators }
  const dropped = new Set<Operator>([last, ...viewsAfter(last)])
  return {
    logits: last.inputs[0] as Value,
    operators: network.operators.filter((operator) => !dropped.has(operator)),
  }
}

function viewsAfter(operator: Operator): Operator[] {
  return operator.output.consumers.flatMap((consumer) => [consumer, ...viewsAfter(consumer)])
}

/**
 * Where a loss begins: cross-entropies take logits, so the model's last softmax or sigmoid is left to them; without
 * one the model's outputs must be logits (`fromLogits`).
 * @throws UnsupportedModelError
 */
export function lossInput(
  network: NetworkPlan,
  loss: LossName,
): { value: Value; operators: readonly Operator[] } {
  const { output } = network
  if (output.shape.length !== 1) {
    throw new UnsupportedModelError(
      `its output has shape [null, ${output.shape.join(', ')}]; [null, units] can be compiled.`,
    )
  }
  if (loss === 'meanSquaredError') return { value: output, operators: network.operators }
  const { logits, operators } = logitsOf(network)
  return { value: logits, operators }
}

export interface LossPlan {
  /** Two float64 a shard: Σ loss, Σ metric. */
  readonly partials: Storage
  /** Where targets and weights are put in when data are bound. */
  readonly instruction: (typeof instruction)[LossName]
}

/** Emits loss and metric with the gradient of what they were computed from, if that is wanted. */
export function emitLoss(emit: Emitter, value: Value, loss: LossName): LossPlan {
  emit.in('loss')
  const partials = emit.storage('partials', 16 * emit.shards)
  const place = emit.place(value)
  const gradient = emit.training ? emit.gradientTarget(value) : undefined
  emit.emit(instruction[loss], {
    logits: place.base,
    row: place.row,
    units: value.layout.width,
    targets: 0,
    weights: 0,
    gradients: gradient ? gradient.base : 0,
    gradientRow: gradient ? gradient.row : 0,
    partials: partials.at(),
  })
  return { partials, instruction: instruction[loss] }
}
