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

/** The part of x beyond ±0.5. */
const beyondHalf = (x: tf.Tensor) => tf.sub(x, tf.clipByValue(x, -0.5, 0.5))

/** 0 below −1, x above 1, and the parabola (x + 1)² / 4 between. */
const sparsePlus = (x: tf.Tensor) =>
  tf.add(tf.relu(tf.sub(x, 1)), tf.div(tf.square(tf.clipByValue(tf.add(x, 1), 0, 2)), 4))

/** Activations of Keras that tfjs lacks. tfjs's `hardSigmoid` is Keras 2's, with the slope 0.2. */
export const activations: readonly Registrable[] = [
  activation('celu', (x) => tf.elu(x)),
  activation('exponential', (x) => tf.exp(x)),
  activation('hardShrink', (x) => tf.mul(x, tf.step(tf.sub(tf.abs(x), 0.5)))),
  activation('hardSigmoidKeras3', hardSigmoid),
  activation('hardSilu', (x) => tf.mul(x, hardSigmoid(x))),
  activation('hardTanh', (x) => tf.clipByValue(x, -1, 1)),
  activation('leakyRelu', (x) => tf.leakyRelu(x, 0.2)),
  // The gradient of tfjs's own `logSigmoid` reads x after a layer has disposed it.
  activation('logSigmoid', (x) => tf.neg(tf.softplus(tf.neg(x)))),
  activation('softShrink', beyondHalf),
  activation('sparsePlus', sparsePlus),
  activation('sparseSigmoid', (x) => tf.clipByValue(tf.div(tf.add(x, 1), 2), 0, 1)),
  activation('squareplus', (x) => tf.div(tf.add(x, tf.sqrt(tf.add(tf.square(x), 4))), 2)),
  activation('tanhShrink', (x) => tf.sub(x, tf.tanh(x))),
]
