import * as tf from '@tensorflow/tfjs-core'
import { TreadleError } from '@treadle/core'
import { layers } from '@tensorflow/tfjs-layers'
import type { LayerShape } from './base-layer.ts'

/** The first input minus the second. Sizes of 1 are repeated; the shorter shape gets them behind the samples, as in Keras. */
export class Subtract extends layers.Layer {
  static className = 'Subtract'

  override computeOutputShape(shape: LayerShape | LayerShape[]): LayerShape {
    const [a, b, ...others] = shape as LayerShape[]
    const two = Array.isArray(a) && Array.isArray(b) && others.length === 0
    const rank = two ? Math.max(a.length, b.length) : 0
    const [from, to] = two ? [ofRank(a, rank), ofRank(b, rank)] : [[], []]
    if (!two || from.some((size, i) => size !== to[i] && size !== 1 && to[i] !== 1)) {
      throw new TreadleError(
        'KERAS_BAD_SHAPE',
        `layer \`${this.name}\` (Subtract) takes two inputs whose sizes are equal or 1, but got the shapes ${JSON.stringify(shape)}.`,
      )
    }
    return from.map((size, i) => (size === 1 ? (to[i] as number | null) : size))
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const [a, b] = inputs as [tf.Tensor, tf.Tensor]
    const rank = Math.max(a.rank, b.rank)
    return tf.tidy(() => tf.sub(tf.reshape(a, ofRank(a.shape, rank)), tf.reshape(b, ofRank(b.shape, rank))))
  }
}

function ofRank<Size>([samples, ...sizes]: readonly Size[], rank: number): (Size | 1)[] {
  return [samples as Size, ...Array.from({ length: rank - 1 - sizes.length }, () => 1 as const), ...sizes]
}
