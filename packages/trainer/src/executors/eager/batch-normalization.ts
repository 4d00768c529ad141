import * as tf from '@tensorflow/tfjs-core'
import { findWeight, type BatchNormalizationConfig } from '@treadle/keras'
import type { NodeBuilder, Pass, Save } from './node.ts'

/**
 * BatchNormalization in training, as in Keras: the biased variance over all axes but one, for normalization and for the
 * moving average (which the executor updates). A layer that is frozen, or part of a frozen model, uses its moving
 * averages.
 *
 * With x̂ = (x − μ)·r and r = 1/√(σ² + ε): dβ = Σ dy, dγ = Σ dy·x̂, dx = γ·r·(dy − dβ/n − x̂·dγ/n).
 */
export const batchNormalization: NodeBuilder<BatchNormalizationConfig> = (node, { inputNeedsGradient }) => {
  const { config, layer, trainable } = node
  const gamma = config.scale ? findWeight(layer, 'gamma') : undefined
  const beta = config.center ? findWeight(layer, 'beta') : undefined
  const needsX = inputNeedsGradient[0] === true
  const byBatch = (x: tf.Tensor2D, pass: Pass): tf.Tensor => {
    const { y, mean, variance } = normalise(x, gamma?.read(), beta?.read(), config.epsilon, needsX)
    pass.batchStatistics(node, mean, variance)
    return y
  }
  const byMovingAverages = (x: tf.Tensor2D): tf.Tensor => {
    const [mean, variance] = ['moving_mean', 'moving_variance'].map((role) => findWeight(layer, role).read())
    return tf.batchNorm(
      x,
      mean as tf.Tensor1D,
      variance as tf.Tensor1D,
      beta?.read() as tf.Tensor1D | undefined,
      gamma?.read() as tf.Tensor1D | undefined,
      config.epsilon,
    )
  }
  return ([input], pass) => {
    const x = input as tf.Tensor
    const usesBatch = pass.training && trainable
    const last = x.shape.length - 1
    const axis = config.axis < 0 ? last + 1 + config.axis : config.axis
    // tfjs's own layer normalises along the last axis only, whatever its configuration says.
    if (!usesBatch && axis === last) return layer.call(x, { training: false })
    const order = x.shape.map((_, i) => i).filter((i) => i !== axis)
    const moved = axis === last ? x : tf.transpose(x, [...order, axis])
    const flat = tf.reshape<tf.Rank.R2>(moved, [-1, x.shape[axis] as number])
    const shaped = tf.reshape(usesBatch ? byBatch(flat, pass) : byMovingAverages(flat), moved.shape)
    if (axis === last) return shaped
    const back = x.shape.map((_, i) => (i === axis ? last : i < axis ? i : i - 1))
    return tf.transpose(shaped, back)
  }
}

function normalise(
  x: tf.Tensor2D,
  gamma: tf.Tensor | undefined,
  beta: tf.Tensor | undefined,
  epsilon: number,
  needsX: boolean,
): { y: tf.Tensor; mean: Float32Array; variance: Float32Array } {
  let statistics: { mean: Float32Array; variance: Float32Array } | undefined
  const wanted = [...(needsX ? [x] : []), ...(gamma ? [gamma] : []), ...(beta ? [beta] : [])]
  const forward = (...args: unknown[]) => {
    const save = args[wanted.length] as Save | undefined
    const mean = tf.mean(x, 0)
    const centred = tf.sub(x, mean)
    const variance = tf.mean(tf.square(centred), 0)
    statistics = { mean: mean.dataSync<'float32'>(), variance: variance.dataSync<'float32'>() }
    const r = tf.rsqrt(tf.add(variance, epsilon))
    const normal = tf.mul(centred, r)
    const scaled = gamma ? tf.mul(normal, gamma) : normal
    const y = beta ? tf.add(scaled, beta) : scaled
    save?.([normal, r])
    const gradFunc = (dOut: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[] => {
      const [xHat, scale] = saved as [tf.Tensor, tf.Tensor]
      const dBeta = tf.sum(dOut, 0)
      const dGamma = tf.sum(tf.mul(dOut, xHat), 0)
      const gradients: tf.Tensor[] = []
      if (needsX) {
        const n = x.shape[0]
        const pulled = tf.sub(tf.sub(dOut, tf.div(dBeta, n)), tf.mul(xHat, tf.div(dGamma, n)))
        gradients.push(tf.mul(pulled, gamma ? tf.mul(gamma, scale) : scale))
      }
      if (gamma) gradients.push(dGamma)
      if (beta) gradients.push(dBeta)
      return gradients
    }
    return { value: y, gradFunc: gradFunc as never }
  }
  const y = wanted.length > 0 ? tf.customGrad(forward)(...wanted) : forward().value
  return { y, ...(statistics as unknown as { mean: Float32Array; variance: Float32Array }) }
}
