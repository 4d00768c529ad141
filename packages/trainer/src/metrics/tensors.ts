import * as tf from '@tensorflow/tfjs-core'
import { TreadleError } from '@treadle/core'

/** Targets as a function of the user's gets them: class indices [rows], or [rows, units]. */
export function targetTensor(targets: Int32Array | Float32Array, rows: number, units: number): tf.Tensor {
  if (units > 1 && targets.length === rows) return tf.tensor1d(Int32Array.from(targets), 'int32')
  return tf.tensor2d(targets, [rows, units], 'float32')
}

/**
 * A value for each sample, shape [rows], from what a function of the user's returned.
 * @param what names the function
 * @throws TreadleError `TRAINER_BAD_FUNCTION`
 */
export function perSample(value: unknown, rows: number, what: string): tf.Tensor1D {
  const shape: number[] | undefined = value instanceof tf.Tensor ? value.shape : undefined
  if (shape?.length === 0) return tf.mul(tf.ones([rows]), value as tf.Scalar)
  if (shape && shape[0] === rows && shape.slice(1).every((size: number) => size === 1))
    return tf.reshape(value as tf.Tensor, [rows])
  const met = shape ? `a tensor of shape [${shape.join(', ')}]` : String(value)
  throw new TreadleError(
    'TRAINER_BAD_FUNCTION',
    `${what}: the function must return a tensor with a value for each of ${rows} samples, shape [${rows}], or one number for all, shape []. It returned ${met}.`,
  )
}
