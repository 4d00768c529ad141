import { type LossName, losses } from '@treadle/keras'
import type { InstructionName } from '@treadle/kernels'
import type { Emitter } from './emitter.ts'
import { UnsupportedModelError } from './errors.ts'
import { ActivationOperator } from './operators/activation.ts'
import { SoftmaxOperator } from './operators/softmax.ts'
import type { NetworkPlan } from './network-of.ts'
import type { Operator } from './operator.ts'
import type { Storage } from './storage.ts'
import type { Value } from './value.ts'

const instruction = {
  sparseCategoricalCrossentropy: 'sparseCrossEntropy',
  categoricalCrossentropy: 'categoricalCrossEntropy',
  binaryCrossentropy: 'binaryCrossEntropy',
  meanSquaredError: 'squaredError',
  meanAbsoluteError: 'absoluteError',
} as const satisfies Record<LossName, InstructionName>

/** The instructions of losses: those that read targets and sample weights. */
export const lossInstructions = Object.values(instruction)

/** The operator of the model's last activation: softmax, or sigmoid. */
function finalActivation({ producer }: Value): SoftmaxOperator | ActivationOperator | undefined {
  if (producer instanceof SoftmaxOperator) return producer
  return producer instanceof ActivationOperator && producer.kind === 'sigmoid' ? producer : undefined
}

/** What the model's output is computed from: the input of its last softmax or sigmoid, or the output itself. */
export function logitsOf({ output, operators }: NetworkPlan): {
  value: Value
  operators: readonly Operator[]
} {
  const last = finalActivation(output)
  if (!last) return { value: output, operators }
  const [value] = last.inputs
  value.consumers.splice(value.consumers.indexOf(last), 1)
  return { value, operators: operators.filter((operator) => operator !== last) }
}

/**
 * Where a loss begins. Cross-entropies take logits, so the model's last softmax or sigmoid is left to them, unless
 * `fromLogits` says that its outputs are logits.
 * @throws UnsupportedModelError
 */
export function lossInput(
  network: NetworkPlan,
  loss: LossName,
  fromLogits: boolean,
): { value: Value; operators: readonly Operator[] } {
  const { output } = network
  if (output.shape.length !== 1) {
    throw new UnsupportedModelError(
      `its output has shape [null, ${output.shape.join(', ')}]; [null, units] can be compiled`,
    )
  }
  if (losses[loss].activation === undefined || fromLogits)
    return { value: output, operators: network.operators }
  const last = finalActivation(output)
  const wanted = loss === 'binaryCrossentropy' ? ActivationOperator : SoftmaxOperator
  if (!(last instanceof wanted)) {
    const name = loss === 'binaryCrossentropy' ? 'sigmoid' : 'softmax'
    throw new UnsupportedModelError(
      `${loss} is compiled together with a final ${name}, and the model has none`,
    )
  }
  return logitsOf(network)
}

export interface LossPlan {
  /** Two float64 a shard: Σ loss, Σ metric. */
  readonly partials: Storage
  /** Where targets and weights are put in when data are bound. */
  readonly instruction: (typeof instruction)[LossName]
}

/** Emits loss and metric with the gradient of what they were computed from, if that is wanted. */
export function emitLoss(emit: Emitter, value: Value, loss: LossName, labelSmoothing: number): LossPlan {
  emit.in('loss')
  const partials = emit.storage('partials', 16 * emit.shards)
  const view = emit.viewOf(value)
  const gradient = emit.training ? emit.gradientTarget(value) : undefined
  emit.emit(instruction[loss], {
    logits: view.base,
    row: view.row,
    units: value.layout.width,
    targets: 0,
    weights: 0,
    gradients: gradient ? gradient.base : 0,
    gradientRow: gradient ? gradient.row : 0,
    partials: partials.at(),
    smoothing: labelSmoothing,
  })
  return { partials, instruction: instruction[loss] }
}
