import type { LabelledImages } from '@treadle/core'
import type { AugmentedImage, Draw } from './definition.ts'
import { type LinearMap, compose } from './linear-map.ts'
import { resample } from './resample.ts'
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
    augmentImage({ pixels, height, width, channels, scratch }, steps, { seed, epoch, index })
  }
}

function augmentImage(
  image: AugmentedImage,
  steps: readonly AugmentationStep[],
  draw: Omit<Draw, 'position'>,
): void {
  // Of the steps since the last resampling.
  let map: LinearMap | undefined
  for (const [position, { definition, value }] of steps.entries()) {
    const own = { ...draw, position }
    if ('map' in definition) {
      const next = definition.map(value, own)
      map = map ? compose(map, next) : next
      continue
    }
    if (map) resample(image, map)
    map = undefined
    definition.apply(image, value, own)
  }
  if (map) resample(image, map)
}
