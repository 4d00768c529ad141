import * as tf from '@tensorflow/tfjs-core'
import { DOT_EPSILON, type DotConfig } from '@treadle/keras'
import type { NodeBuilder } from './node.ts'

/** Dot as in Keras. tfjs divides vectors shorter than 3e-4 by that length instead of their own. */
export const dot: NodeBuilder<DotConfig> = ({ config: { axes, normalize }, outputShapes }) => {
  const shape = outputShapes[0] as number[]
  return (inputs) => {
    const [a, b] = inputs.map((input, i) => {
      // A vector is a matrix of one row.
      const matrix = tf.reshape<tf.Rank.R3>(input, [
        input.shape[0],
        ...(input.rank === 2 ? [1] : []),
        ...input.shape.slice(1),
      ] as never)
      const axis = axes[i] as number
      const byColumn = input.rank === 3 && (axis === 1 || axis === -2)
      return { vectors: normalize ? unitVectors(matrix, byColumn ? 1 : 2) : matrix, byColumn }
    }) as [Vectors, Vectors]
    const product = tf.matMul(a.vectors, b.vectors, a.byColumn, !b.byColumn)
    return tf.reshape(product, [product.shape[0], ...shape])
  }
}

interface Vectors {
  /** Shape [batch, count, length], or [batch, length, count] if `byColumn`. */
  readonly vectors: tf.Tensor3D
  readonly byColumn: boolean
}

function unitVectors(x: tf.Tensor3D, axis: number): tf.Tensor3D {
  const square = tf.sum(tf.square(x), axis, true)
  return tf.div(x, tf.sqrt(tf.maximum(square, DOT_EPSILON * DOT_EPSILON)))
}
