import * as tf from '@tensorflow/tfjs-core'
import { TreadleError } from '@treadle/core'
import { layers } from '@tensorflow/tfjs-layers'
import type { LayerShape } from './base-layer.ts'

/** The first input minus the second, of the same rank; sizes of 1 are repeated. */
export class Subtract extends layers.Layer {
  static className = 'Subtract'

  override computeOutputShape(shape: LayerShape | LayerShape[]): LayerShape {
    const [a, b, ...others] = shape as LayerShape[]
    if (!Array.isArray(a) || !Array.isArray(b) || others.length > 0 || a.length !== b.length) {
      throw new TreadleError(
        'KERAS_BAD_SHAPE',
        `layer \`${this.name}\` (Subtract) takes two inputs of the same rank, but got the shapes ${JSON.stringify(shape)}.`,
      )
    }
    return a.map((size, i) => (size === 1 ? (b[i] as number | null) : size))
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const [a, b] = inputs as [tf.Tensor, tf.Tensor]
    return tf.sub(a, b)
  }
}
