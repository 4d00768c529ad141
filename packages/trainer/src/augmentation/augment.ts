import type { LabelledImages } from '@treadle/core'
import type { AugmentationStep } from './resolve.ts'

/** Which images of an epoch to augment. */
export interface AugmentedPart {
  /** From 0. */
  readonly epoch: number
  /** Indices of images: order[from … to). */
  readonly order: Uint32Array
  readonly from: number
  readonly to: number
}

/**
 * Writes augmented copies of some images to their own places in `target`, which has the size of `samples.images`. The
 * random numbers depend on seed, epoch, image and place in the list alone, so that the bytes are the same in any
 * executor, in any number of calls, and after a resume.
 */
export function augmentImages(
  { images, height, width, channels }: LabelledImages,
  steps: readonly AugmentationStep[],
  seed: number,
  { epoch, order, from, to }: AugmentedPart,
  target: Uint8Array,
): void {
  const size = height * width * channels
  const scratch = new Uint8Array(size)
  for (let i = from; i < to; i++) {
    const index = order[i] as number
    const pixels = target.subarray(index * size, (index + 1) * size)
    pixels.set(images.subarray(index * size, (index + 1) * size))
    const image = { pixels, height, width, channels, scratch }
    for (const [position, { definition, value }] of steps.entries())
      definition.apply(image, value, { seed, epoch, index, position })
  }
}
