import { TreadleError } from '@treadle/core'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-layers'
import { isModel, type Layer } from '../../layers.ts'
import { activation } from './activation.ts'
import { batchNormalization } from './batch-normalization.ts'
import { concatenate } from './concatenate.ts'
import { dense } from './dense.ts'
import { dropout } from './dropout.ts'
import type { Apply, NodeBuilder, Pass } from './node.ts'

/** Layers with a call of our own; any other is called as it is and differentiated by tfjs. */
const builders: Readonly<Record<string, NodeBuilder>> = {
  Activation: activation,
  BatchNormalization: batchNormalization,
  Concatenate: concatenate,
  Dense: dense,
  Dropout: dropout,
  Softmax: activation,
  SpatialDropout1D: dropout,
}

const callLayer: NodeBuilder = (layer) => (inputs, pass) => layer.call(inputs, { training: pass.training })

interface Value {
  readonly slot: number
  readonly needsGradient: boolean
}

interface Node {
  readonly layer: Layer
  readonly inputs: readonly number[]
  readonly outputs: readonly number[]
  readonly apply: Apply
}

/** A model as a list of layer calls in order, nested models unrolled, up to the logits. */
export interface Graph {
  /** Runs the model on one batch. Call inside `tf.tidy`. */
  forward(input: Tensor, pass: Pass): Tensor
}

export function buildGraph(model: LayersModel): Graph {
  const nodes: Node[] = []
  const trainable = new Set(model.trainableWeights)
  let slots = 1 // slot 0 is the input

  const build = (inner: LayersModel, inputs: readonly Value[], top: boolean): Value[] => {
    const values = new Map<number, Value>()
    inner.inputs.forEach((tensor, i) => values.set(tensor.id, inputs[i] as Value))

    const visit = (tensor: SymbolicTensor, atTop: boolean): Value => {
      const known = values.get(tensor.id)
      if (known) return known
      const layer = tensor.sourceLayer
      const from = tensor.inputs.map((input) => visit(input, false))
      const results = outputsOf(tensor)
      const made = isModel(layer) ? build(layer, from, atTop) : addNode(layer, from, results.length, atTop)
      results.forEach((result, i) => values.set(result.id, made[i] as Value))
      return values.get(tensor.id) as Value
    }
    return inner.outputs.map((tensor) => visit(tensor, top))
  }

  const addNode = (layer: Layer, from: readonly Value[], outputs: number, top: boolean): Value[] => {
    const hasTrainable = layer.weights.some((weight) => trainable.has(weight))
    const needsGradient = hasTrainable || from.some((value) => value.needsGradient)
    const builder = builders[layer.getClassName()] ?? callLayer
    const made = Array.from({ length: outputs }, () => ({ slot: slots++, needsGradient }))
    nodes.push({
      layer,
      inputs: from.map((value) => value.slot),
      outputs: made.map((value) => value.slot),
      apply: builder(layer, {
        trainable: hasTrainable,
        top,
        inputNeedsGradient: from.map((value) => value.needsGradient),
      }),
    })
    return made
  }

  const [logits] = build(model, [{ slot: 0, needsGradient: false }], true)
  return {
    forward(input, pass) {
      const values: Tensor[] = [input]
      for (const node of nodes) {
        const result = callNode(
          node,
          node.inputs.map((slot) => values[slot] as Tensor),
          pass,
        )
        node.outputs.forEach(
          (slot, i) => (values[slot] = (Array.isArray(result) ? result[i] : result) as Tensor),
        )
      }
      return values[logits?.slot ?? 0] as Tensor
    },
  }
}

/** All tensors that the call which made `tensor` gave. */
function outputsOf(tensor: SymbolicTensor): SymbolicTensor[] {
  return tensor.sourceLayer.inboundNodes[tensor.nodeIndex]?.outputTensors ?? [tensor]
}

function callNode({ layer, apply }: Node, inputs: Tensor[], pass: Pass): Tensor | Tensor[] {
  try {
    return apply(inputs, pass)
  } catch (error) {
    throw describe(error, layer.name)
  }
}

/** A backend's missing kernel, put into words; any other error as it is. */
export function describe(error: unknown, layer?: string): unknown {
  const met =
    error instanceof Error ? /Kernel '(\w+)' not registered for backend '([\w-]+)'/.exec(error.message) : null
  if (!met) return error
  return new TreadleError(
    'TRAINER_MISSING_KERNEL',
    `${layer ? `layer \`${layer}\`` : 'the gradient'} needs the operation ${met[1]}, which the backend '${met[2]}' lacks. ` +
      'Start one that has it with `startRuntime()` of @treadle/runtime before training.',
    { cause: error },
  )
}
