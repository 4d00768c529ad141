import * as tf from '@tensorflow/tfjs-core'
import { completed } from '../dialects/rewrite-layers.ts'
import { classOf } from './base-layer.ts'

/** Concatenation along an axis that is counted from the end. tfjs counts it wrongly when it runs the layer. */
export class CompleteConcatenate extends classOf('Concatenate') {
  static className = completed('Concatenate')

  override getClassName(): string {
    return 'Concatenate'
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const parts = inputs as tf.Tensor[]
    const { axis } = this as unknown as { axis: number }
    return tf.concat(parts, axis < 0 ? axis + (parts[0] as tf.Tensor).rank : axis)
  }
}
