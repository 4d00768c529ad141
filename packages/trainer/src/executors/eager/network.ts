import { TreadleError } from '@treadle/core'
import { readGraph, type ConfigOf, type Graph, type LayerKind, type LayerNode } from '@treadle/keras'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { activation } from './activation.ts'
import { batchNormalization } from './batch-normalization.ts'
import { callLayer } from './call-layer.ts'
import { concatenate } from './concatenate.ts'
import { dense } from './dense.ts'
import { dropout } from './dropout.ts'
import type { Apply, NodeBuilder, Pass } from './node.ts'

/** Layer kinds with an implementation in this folder. All other layers use the implementation of tfjs. */
const builders: { readonly [K in LayerKind]?: NodeBuilder<ConfigOf<K>> } = {
  Activation: activation,
  BatchNormalization: batchNormalization,
  Concatenate: concatenate,
  Dense: dense,
  Dropout: dropout,
  Softmax: activation,
}

/** A model as a sequence of layer calls that computes the logits. */
export interface EagerNetwork {
  readonly graph: Graph
  /** Runs the model on one batch. Call inside `tf.tidy`. */
  forward(input: Tensor, pass: Pass): Tensor
}

/** Converts a model with one input and one output to a sequence of layer calls. */
export function eagerNetwork(model: LayersModel): EagerNetwork {
  const graph = readGraph(model)
  const trainable = new Set(model.trainableWeights)
  const needsGradient: boolean[] = []
  const output = graph.outputs[0]?.node
  const calls = graph.nodes.map((node, index): Apply | undefined => {
    const trained = node.layer.weights.some((weight) => trainable.has(weight))
    const inputNeedsGradient = node.inputs.map((input) => needsGradient[input.node] as boolean)
    needsGradient.push(trained || inputNeedsGradient.includes(true))
    const builder = (builders[node.config.kind] ?? callLayer) as NodeBuilder
    return node.config.kind === 'InputLayer'
      ? undefined
      : builder(node, { trained, inputNeedsGradient, top: index === output })
  })
  return {
    graph,
    forward(input, pass) {
      const values: Tensor[][] = []
      graph.nodes.forEach((node, index) => {
        const inputs = node.inputs.map((from) => values[from.node]?.[from.output] as Tensor)
        const result = callNode(node, calls[index] ?? (() => input), inputs, pass)
        values.push(Array.isArray(result) ? result : [result])
      })
      const [logits] = graph.outputs
      return values[logits?.node ?? 0]?.[logits?.output ?? 0] as Tensor
    },
  }
}

function callNode(
  { name, inference }: LayerNode,
  apply: Apply,
  inputs: Tensor[],
  pass: Pass,
): Tensor | Tensor[] {
  try {
    return apply(inputs, inference ? { ...pass, training: false } : pass)
  } catch (error) {
    throw describe(error, name)
  }
}

/** Converts the error for a missing kernel to a TreadleError. Returns any other error unchanged. */
export function describe(error: unknown, layer?: string): unknown {
  const met =
    error instanceof Error ? /Kernel '(\w+)' not registered for backend '([\w-]+)'/.exec(error.message) : null
  if (!met) return error
  return new TreadleError(
    'TRAINER_MISSING_KERNEL',
    `${layer ? `layer \`${layer}\`` : 'the gradient'} needs the operation ${met[1]}, but the backend '${met[2]}' does not have it. ` +
      'Start a backend that has it with `startRuntime()` of @treadle/runtime before training.',
    { cause: error },
  )
}
