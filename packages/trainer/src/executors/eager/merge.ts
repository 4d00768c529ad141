import * as tf from '@tensorflow/tfjs-core'
import type { MergeConfig } from '@treadle/keras'
import { callLayer } from './call-layer.ts'
import type { NodeBuilder } from './node.ts'

/** Maximum and Minimum of inputs of one shape: tfjs's gradients of them have the shape of the result. */
export const merge: NodeBuilder<MergeConfig> = (node, context) => {
  const { operation } = node.config
  if (operation !== 'maximum' && operation !== 'minimum') return callLayer(node, context)
  const join = operation === 'maximum' ? tf.maximum : tf.minimum
  const shape = node.outputShapes[0] as number[]
  return (inputs) => inputs.map((input) => repeated(input, shape)).reduce((a, b) => join(a, b))
}

/** The input in the shape [samples, …shape]: a shorter one gets sizes of 1 behind the samples, and those are repeated. */
function repeated(input: tf.Tensor, shape: readonly number[]): tf.Tensor {
  const [samples, ...sizes] = input.shape as [number, ...number[]]
  if (sizes.join() === shape.join()) return input
  const ones = shape.slice(sizes.length).map(() => 1)
  return tf.mul(tf.reshape(input, [samples, ...ones, ...sizes]), tf.ones([samples, ...shape]))
}
