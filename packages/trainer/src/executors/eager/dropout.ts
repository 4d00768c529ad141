import * as tf from '@tensorflow/tfjs-core'
import type { NodeBuilder, Save } from './node.ts'

/** Dropout by our streams: x times 0 or 1/(1 − rate). One mask is shared along the axes where noiseShape is 1. */
export const dropout: NodeBuilder = (layer) => {
  const { rate, noiseShape } = layer.getConfig() as { rate: number; noiseShape?: (number | null)[] }
  const spatial = layer.getClassName() === 'SpatialDropout1D'
  return ([input], pass) => {
    const x = input as tf.Tensor
    if (!pass.training || rate === 0) return x
    const wanted = spatial ? [null, 1, null] : noiseShape
    const shape = x.shape.map((d, i) => wanted?.[i] ?? d)
    const multipliers = pass.multipliers(layer, tf.util.sizeFromShape(shape))
    return multiply(x, tf.tensor(multipliers, shape))
  }
}

/** x·m, where m is a constant: the tape would differentiate with respect to it too. */
function multiply(x: tf.Tensor, m: tf.Tensor): tf.Tensor {
  return tf.customGrad((x_, save) => {
    ;(save as unknown as Save)([m])
    return {
      value: tf.mul(x_ as tf.Tensor, m),
      gradFunc: (dy: tf.Tensor, [saved]: tf.Tensor[]) => tf.mul(dy, saved as tf.Tensor),
    }
  })(x)
}
