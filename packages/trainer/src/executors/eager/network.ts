import { TreadleError } from '@treadle/core'
import {
  headActivation,
  readGraph,
  type ConfigOf,
  type Graph,
  type HeadActivation,
  type LayerKind,
  type LayerNode,
} from '@treadle/keras'
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { activityOf } from '../../activity.ts'
import { activation } from './activation.ts'
import { batchNormalization } from './batch-normalization.ts'
import { callLayer } from './call-layer.ts'
import { concatenate } from './concatenate.ts'
import { dense } from './dense.ts'
import { dot } from './dot.ts'
import { dropout } from './dropout.ts'
import { merge } from './merge.ts'
import { alphaDropout, noise } from './noise.ts'
import type { Apply, NodeBuilder, Pass } from './node.ts'
import { thresholdedReLU } from './thresholded-re-lu.ts'

/** Layer kinds with an implementation in this folder. All other layers use the implementation of tfjs. */
const builders: { readonly [K in LayerKind]?: NodeBuilder<ConfigOf<K>> } = {
  Activation: activation,
  AlphaDropout: alphaDropout,
  // The images come augmented.
  Augmentation:
    () =>
    ([images]) =>
      images as Tensor,
  BatchNormalization: batchNormalization,
  Concatenate: concatenate,
  Dense: dense,
  Dot: dot,
  Dropout: dropout,
  Merge: merge,
  Noise: noise,
  Softmax: activation,
  ThresholdedReLU: thresholdedReLU,
}

/** A model as a sequence of layer calls that computes the logits. */
export interface EagerNetwork {
  readonly graph: Graph
  /** Runs the model on one batch, an input for each of the model. Returns logits for each output. Call inside `tf.tidy`. */
  forward(inputs: readonly Tensor[], pass: Pass): Tensor[]
}

/** Converts a model to a sequence of layer calls. */
export function eagerNetwork(model: LayersModel): EagerNetwork {
  const graph = readGraph(model)
  const trainable = new Set(model.trainableWeights)
  const needsGradient: boolean[] = []
  const outputs = new Set(graph.outputs.map(({ node }) => node))
  const read = new Set(graph.nodes.flatMap(({ inputs }) => inputs.map(({ node }) => node)))
  const calls = graph.nodes.map((node, index): Apply | undefined => {
    const trained = node.layer.weights.some((weight) => trainable.has(weight))
    const inputNeedsGradient = node.inputs.map((input) => needsGradient[input.node] as boolean)
    needsGradient.push(trained || inputNeedsGradient.includes(true))
    const builder = (builders[node.config.kind] ?? callLayer) as NodeBuilder
    return node.config.kind === 'InputLayer'
      ? undefined
      : builder(node, { trained, inputNeedsGradient, top: outputs.has(index) })
  })
  const activities = graph.nodes.map(activityOf)
  return {
    graph,
    forward(inputs, pass) {
      const values: Tensor[][] = []
      const logits = new Map<number, Tensor>()
      graph.nodes.forEach((node, index) => {
        const taken = node.inputs.map((from) => values[from.node]?.[from.output] as Tensor)
        const given = () => inputs[graph.inputs.indexOf(index)] as Tensor
        const result = [callNode(node, calls[index] ?? given, taken, pass)].flat()
        const factors = activities[index] ?? []
        if (outputs.has(index)) {
          logits.set(index, result[0] as Tensor)
          // Other layers and regularizers read what the head computes for the loss.
          if (read.has(index) || factors.length > 0)
            result[0] = activated(result[0] as Tensor, headActivation(node))
        }
        if (factors.length > 0) pass.activity(factors, result[0] as Tensor)
        values.push(result)
      })
      return graph.outputs.map(({ node }) => logits.get(node) as Tensor)
    },
  }
}

function activated(logits: Tensor, head: HeadActivation): Tensor {
  if (head === 'linear') return logits
  return head === 'softmax' ? tf.softmax(logits) : tf.sigmoid(logits)
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
