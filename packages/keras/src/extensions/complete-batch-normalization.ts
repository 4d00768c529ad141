import * as tf from '@tensorflow/tfjs-core'
import { completed } from '../dialects/rewrite-layers.ts'
import { classOf } from './base-layer.ts'

/** tfjs's class, whose `call` reads `axis`. */
interface Axis {
  axis: number
}

/** Normalization along any axis. tfjs's kernels normalize along the last axis of two to four dimensions. */
export class CompleteBatchNormalization extends classOf('BatchNormalization') {
  static className = completed('BatchNormalization')

  override getClassName(): string {
    return 'BatchNormalization'
  }

  override call(inputs: tf.Tensor | tf.Tensor[], options: object): tf.Tensor {
    const x = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor
    const settings = this as unknown as Axis
    const { axis } = settings
    const from = axis < 0 ? axis + x.rank : axis
    const order = [...x.shape.keys()].filter((one) => one !== from)
    const back = [...x.shape.keys()].map((one) => (one === from ? x.rank - 1 : one < from ? one : one - 1))
    return tf.tidy(() => {
      const moved = tf.transpose(x, [...order, from])
      settings.axis = -1
      try {
        const flat = super.call(tf.reshape(moved, [-1, x.shape[from] as number]), options) as tf.Tensor
        return tf.transpose(tf.reshape(flat, moved.shape), back)
      } finally {
        settings.axis = axis
      }
    })
  }
}
