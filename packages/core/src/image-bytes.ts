import type { LabelledImages } from './samples.ts'

/** The bytes of the images from … to (exclusive), from memory or from their file: not to be written to. */
export function imageBytes(
  { images, stored, height, width, channels }: Omit<LabelledImages, 'kind' | 'labels' | 'count'>,
  from: number,
  to: number,
): Uint8Array {
  const size = height * width * channels
  return stored ? stored.read(from, to) : images.subarray(from * size, to * size)
}
