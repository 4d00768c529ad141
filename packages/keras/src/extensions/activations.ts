import * as tf from '@tensorflow/tfjs-core'
import type { Registrable } from './register.ts'

function activation(className: string, apply: (x: tf.Tensor) => tf.Tensor): Registrable {
  return class extends tf.serialization.Serializable {
    static className = className
    apply(x: tf.Tensor): tf.Tensor {
      return tf.tidy(() => apply(x))
    }
    override getConfig() {
      return {}
    }
  }
}

/** max(0, min(1, x / 6 + 1 / 2)) */
const hardSigmoid = (x: tf.Tensor) => tf.div(tf.relu6(tf.add(x, 3)), 6)

/** Activations of Keras that tfjs lacks. tfjs's `hardSigmoid` is Keras 2's, with the slope 0.2. */
export const activations: readonly Registrable[] = [
  activation('exponential', (x) => tf.exp(x)),
  activation('hardSigmoidKeras3', hardSigmoid),
  activation('hardSilu', (x) => tf.mul(x, hardSigmoid(x))),
  activation('leakyRelu', (x) => tf.leakyRelu(x, 0.2)),
]
