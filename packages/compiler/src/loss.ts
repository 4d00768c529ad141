import { type LossName, losses } from '@treadle/keras'
import type { InstructionName } from '@treadle/kernels'
import type { Emitter } from './emitter.ts'
import { UnsupportedModelError } from './errors.ts'
import { ActivationOperator } from './operators/activation.ts'
import { RelayoutOperator } from './operators/relayout.ts'
import { SoftmaxOperator } from './operators/softmax.ts'
import type { NetworkPlan } from './network-of.ts'
import type { Operator } from './operator.ts'
import type { Storage } from './storage.ts'
import type { OutputLoss } from './training/options.ts'
import type { Value } from './value.ts'

const instruction = {
  sparseCategoricalCrossentropy: 'sparseCrossEntropy',
  categoricalCrossentropy: 'categoricalCrossEntropy',
  binaryCrossentropy: 'binaryCrossEntropy',
  meanSquaredError: 'squaredError',
  meanAbsoluteError: 'absoluteError',
  huber: 'huber',
  logcosh: 'logCosh',
  poisson: 'poisson',
  hinge: 'hinge',
  squaredHinge: 'squaredHinge',
  categoricalHinge: 'categoricalHinge',
  kullbackLeiblerDivergence: 'divergence',
} as const satisfies Record<LossName, InstructionName>

/** The instructions of losses: those that read targets and sample weights. */
export const lossInstructions = Object.values(instruction)

/** The values that a program is computed for, one for each output of the model, and the operators that they need. */
export interface Heads {
  readonly values: readonly Value[]
  readonly operators: readonly Operator[]
}

/** The operator of the model's last activation: softmax, or sigmoid. */
function finalActivation({ producer }: Value): SoftmaxOperator | ActivationOperator | undefined {
  if (producer instanceof SoftmaxOperator) return producer.name === 'softmax' ? producer : undefined
  const sigmoid = producer instanceof ActivationOperator && producer.function.kind === 'sigmoid'
  return sigmoid ? producer : undefined
}

/**
 * The outputs of a network, or what their last softmax or sigmoid is computed from where `logits` says so. Each lies in
 * rows of one segment.
 */
export function headsOf({ outputs, operators }: NetworkPlan, logits: readonly boolean[]): Heads {
  const list = [...operators]
  const values = outputs.map((output, i) => {
    const last = logits[i] === true ? finalActivation(output) : undefined
    return last ? last.inputs[0] : output
  })
  for (const [i, output] of outputs.entries()) {
    const last = finalActivation(output)
    if (!last || values.includes(output) || output.consumers.length > 0 || outputs.indexOf(output) !== i)
      continue
    const [{ consumers }] = last.inputs
    consumers.splice(consumers.indexOf(last), 1)
    list.splice(list.indexOf(last), 1)
  }
  const plain = values.map((value) => {
    if (value.layout.segments.length === 1) return value
    const copy = new RelayoutOperator('output', value, value.shape)
    copy.output.needsGradient = value.needsGradient
    value.consumers.push(copy)
    list.push(copy)
    return copy.output
  })
  // A loss or the caller reads it, so no other consumer is the only one.
  for (const value of plain) value.consumers.push({ inputs: [value], output: value })
  return { values: plain, operators: list }
}

/**
 * Where the losses begin. Cross-entropies take logits, so the last softmax or sigmoid of an output is left to them,
 * unless `fromLogits` says that the outputs are logits.
 * @param heads one for each output of the model
 * @throws UnsupportedModelError
 */
export function lossInputs(network: NetworkPlan, heads: readonly OutputLoss[]): Heads {
  const { outputs } = network
  if (heads.length !== outputs.length) {
    throw new UnsupportedModelError(
      `it has ${outputs.length} outputs, and ${heads.length} losses were given; one for each is needed`,
    )
  }
  const logits = heads.map(({ loss, fromLogits = false }, i) => {
    const output = outputs[i] as Value
    if (output.shape.length !== 1) {
      throw new UnsupportedModelError(
        `its output has shape [null, ${output.shape.join(', ')}]; [null, units] can be compiled`,
      )
    }
    if (losses[loss].activation === undefined || fromLogits) return false
    const wanted = loss === 'binaryCrossentropy' ? ActivationOperator : SoftmaxOperator
    if (!(finalActivation(output) instanceof wanted)) {
      const name = loss === 'binaryCrossentropy' ? 'sigmoid' : 'softmax'
      throw new UnsupportedModelError(
        `${loss} is compiled together with a final ${name}, and the model has none`,
      )
    }
    return true
  })
  return headsOf(network, logits)
}

/** Names the operations of the loss of output `index`, which data are bound by. */
export const lossLayer = (index: number): string => (index === 0 ? 'loss' : `loss ${index + 1}`)

/**
 * Emits loss and metric of an output with the gradient of what they are computed from, if that is wanted.
 * @returns two float64 a shard: Σ loss, Σ metric
 */
export function emitLoss(emit: Emitter, value: Value, head: OutputLoss): Storage {
  const { loss, labelSmoothing = 0, weight = 1, delta = 1 } = head
  const partials = emit.storage('partials', 16 * emit.shards)
  const view = emit.viewOf(value)
  const target = value.needsGradient ? emit.gradientTarget(value) : undefined
  // A second loss of one value has a gradient of its own, which is then added.
  const gradient = target?.accumulate ? emit.temporary(value, 'd loss') : target
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
    scale: weight,
    delta,
  })
  if (gradient && target?.accumulate) emit.copy(value, gradient, target, true)
  return partials
}
