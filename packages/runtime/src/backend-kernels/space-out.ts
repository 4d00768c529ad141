import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { TreadleBackend } from '../treadle-backend.ts'

/**
 * Inserts rows and columns of zeros between those of images: [batch, height, width, channels] →
 * [batch, (height − 1) · strideHeight + 1, (width − 1) · strideWidth + 1, channels], float32.
 * @returns `x` itself if both strides are 1
 */
export function spaceOut(
  backend: TreadleBackend,
  x: TensorInfo,
  strideHeight: number,
  strideWidth: number,
): TensorInfo {
  if (strideHeight === 1 && strideWidth === 1) return x
  const [batch, height, width, channels] = x.shape as [number, number, number, number]
  const spacedHeight = (height - 1) * strideHeight + 1
  const spacedWidth = (width - 1) * strideWidth + 1
  const out = backend.makeOutput([batch, spacedHeight, spacedWidth, channels], 'float32')
  const source = backend.floats(x)
  const target = backend.floats(out)
  target.fill(0)
  let from = 0
  for (let image = 0; image < batch; image++) {
    for (let y = 0; y < height; y++) {
      let to = (image * spacedHeight + y * strideHeight) * spacedWidth * channels
      for (let column = 0; column < width; column++, to += (strideWidth - 1) * channels) {
        for (let channel = 0; channel < channels; channel++) target[to++] = source[from++] as number
      }
    }
  }
  return out
}
