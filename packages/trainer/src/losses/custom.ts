import * as tf from '@tensorflow/tfjs-core'
import type { Head } from '@treadle/keras'
import { perSample, targetTensor } from '../metrics/tensors.ts'

/** What a loss of the user's own gives for some samples. */
export interface CustomScore {
  /** Σ weight × loss over the rows. */
  readonly loss: number
  /** Its slope by the outputs, row-major, shape [rows, units]; absent unless wanted. */
  readonly slope?: Float32Array
}

/**
 * Computes a loss of the user's own from outputs, with tfjs's gradient.
 * @param outputs row-major, shape [rows, units]
 * @throws TreadleError `TRAINER_BAD_FUNCTION`
 */
export function customScore(
  { custom, units }: Head,
  outputs: Float32Array,
  targets: Int32Array | Float32Array,
  weights: Float32Array | undefined,
  withSlope: boolean,
): CustomScore {
  const rows = outputs.length / units
  return tf.tidy(() => {
    const t = targetTensor(targets, rows, units)
    const w = weights && tf.tensor1d(weights)
    const total = (p: tf.Tensor) => {
      const own = perSample(custom?.(t, p), rows, 'loss')
      return tf.sum<tf.Scalar>(w ? tf.mul(own, w) : own)
    }
    const p = tf.tensor2d(outputs, [rows, units])
    if (!withSlope) return { loss: total(p).dataSync<'float32'>()[0] as number }
    const { value, grad } = tf.valueAndGrad(total)(p)
    return {
      loss: value.dataSync<'float32'>()[0] as number,
      slope: grad.dataSync<'float32'>().slice(),
    }
  })
}
