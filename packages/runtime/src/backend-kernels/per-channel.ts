import { util } from '@tensorflow/tfjs-core'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { TreadleBackend } from '../treadle-backend.ts'

/**
 * Converts a bias to the vector [channels] that the stock fused kernels require. Shares the elements of a bias [channels]
 * or [1, …, channels], and repeats a scalar. The caller disposes the result.
 * @returns undefined for any other shape
 */
export function perChannel(
  backend: TreadleBackend,
  bias: TensorInfo,
  channels: number,
): TensorInfo | undefined {
  if (util.sizeFromShape(bias.shape) === channels && bias.shape.at(-1) === channels) {
    return backend.share(bias, [channels])
  }
  if (util.sizeFromShape(bias.shape) !== 1) return undefined
  const repeated = backend.makeOutput([channels], 'float32')
  backend.floats(repeated).fill(backend.floats(bias)[0] as number)
  return repeated
}
