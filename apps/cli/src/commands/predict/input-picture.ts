import type { Preprocessing } from '@treadle/core'
import type { Picture } from '@treadle/image'

/**
 * A prepared input of a network as the picture that it stands for: the scaling is undone.
 * @param input shape [height, width, channels] of the preprocessing
 */
export function inputPicture(
  input: Float32Array,
  { width, height, channels, scale, offset }: Preprocessing,
): Picture {
  const pixels = Uint8ClampedArray.from(input, (value) => (value - offset) / scale)
  return { width, height, channels, data: new Uint8Array(pixels.buffer) }
}
