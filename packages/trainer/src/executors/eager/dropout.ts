import type { DropoutConfig } from '@treadle/keras'
import * as tf from '@tensorflow/tfjs-core'
import type { NodeBuilder, Save } from './node.ts'

/** Dropout with Treadle's random streams: x times 0 or 1/(1 − rate). The mask is shared along axes where noiseShape is 1. */
export const dropout: NodeBuilder<DropoutConfig> = (node) => {
  const { rate, noiseShape } = node.config
  return ([input], pass) => {
    const x = input as tf.Tensor
    if (!pass.training || rate === 0) return x
    const shape = x.shape.map((d, i) => noiseShape?.[i] ?? d)
    const mask = pass.mask(node, tf.util.sizeFromShape(shape))
    const kept = rate < 1 ? 1 / (1 - rate) : 0
    return scaled(
      x,
      tf.tensor(
        Float32Array.from(mask, (bit) => (bit ? kept : 0)),
        shape,
      ),
    )
  }
}

/** x·m with a constant m. Without the custom gradient tfjs would also compute the gradient of m. */
export function scaled(x: tf.Tensor, m: tf.Tensor): tf.Tensor {
  return tf.customGrad((x_, save) => {
    ;(save as unknown as Save)([m])
    return {
      value: tf.mul(x_ as tf.Tensor, m),
      gradFunc: (dy: tf.Tensor, [saved]: tf.Tensor[]) => tf.mul(dy, saved as tf.Tensor),
    }
  })(x)
}
