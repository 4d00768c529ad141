import type { AlphaDropoutConfig, NoiseConfig } from '@treadle/keras'
import * as tf from '@tensorflow/tfjs-core'
import { scaled } from './dropout.ts'
import type { NodeBuilder } from './node.ts'

/** GaussianNoise and GaussianDropout with Treadle's random streams. */
export const noise: NodeBuilder<NoiseConfig> = (node) => {
  const { operation, deviation } = node.config
  return ([input], pass) => {
    const x = input as tf.Tensor
    if (!pass.training || deviation === 0) return x
    const drawn = tf.mul(tf.tensor(pass.noise(node, x.size), x.shape), deviation)
    return operation === 'add' ? tf.add(x, drawn) : scaled(x, tf.add(drawn, 1))
  }
}

/** AlphaDropout with Treadle's random streams: scale · x + shift where kept, else a constant. */
export const alphaDropout: NodeBuilder<AlphaDropoutConfig> = (node) => {
  const { rate, noiseShape, scale, shift, dropped } = node.config
  return ([input], pass) => {
    const x = input as tf.Tensor
    if (!pass.training || rate === 0) return x
    const shape = x.shape.map((d, i) => noiseShape?.[i] ?? d)
    const mask = pass.mask(node, tf.util.sizeFromShape(shape))
    const kept = tf.tensor(
      Float32Array.from(mask, (bit) => (bit ? scale : 0)),
      shape,
    )
    const added = tf.tensor(
      Float32Array.from(mask, (bit) => (bit ? shift : dropped)),
      shape,
    )
    return tf.add(scaled(x, kept), added)
  }
}
