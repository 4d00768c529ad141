import * as tf from '@tensorflow/tfjs-core'
import type { ThresholdedReLUConfig } from '@treadle/keras'
import type { NodeBuilder } from './node.ts'

/** x where it is above θ, else 0. tfjs's layer compares, which has no gradient. */
export const thresholdedReLU: NodeBuilder<ThresholdedReLUConfig> =
  ({ config: { theta } }) =>
  ([x]) =>
    tf.mul(x as tf.Tensor, tf.step(tf.sub(x as tf.Tensor, theta)))
