import type { Pixels } from '../pixels.ts'
import type { ImageSource } from './source.ts'

/** Values in a typed array, or an `ImageData` of sRGB. */
export const pixels: ImageSource<Pixels> = {
  matches: isPixels,
  open: (input) => ({ kind: 'pixels', pixels: input }),
}

export function isPixels(input: unknown): input is Pixels {
  if (typeof input !== 'object' || input === null) return false
  const { data, width, height } = input as Partial<Pixels>
  return ArrayBuffer.isView(data) && typeof width === 'number' && typeof height === 'number'
}
