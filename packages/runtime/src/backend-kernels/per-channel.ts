import { util } from '@tensorflow/tfjs-core'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { TreadleBackend } from '../treadle-backend.ts'

/**
 * A bias as the vector of one number a channel that stock's fused kernels want: itself where it is one, the same
 * elements under another shape where it is [1, …, channels], and a scalar repeated. The caller disposes of the result.
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
