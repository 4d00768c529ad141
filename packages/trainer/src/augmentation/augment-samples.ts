import { type LabelledImages, imageBytes } from '@treadle/core'
import { AugmentedImages } from './augmented-images.ts'
import { Augmenter } from './augmenter.ts'
import type { Augmentation } from './index.ts'
import { resolveAugmentation } from './resolve.ts'

/**
 * Some training images as training sees them in an epoch, to be looked at.
 * @param samples all training images of the run
 * @param options `indices` are those of the images; the default of `epoch`, from 0, is the first one
 * @returns the augmented images in the order of `indices`, with the classes of `samples`
 * @throws TreadleError `TRAINER_BAD_OPTION` if the augmentation is not one for these images
 */
export async function augmentSamples(
  samples: LabelledImages,
  augmentation: readonly Augmentation[],
  { seed, epoch = 0, indices }: { seed: number; epoch?: number; indices: readonly number[] },
): Promise<LabelledImages> {
  const { steps } = resolveAugmentation(augmentation, samples) ?? { steps: [] }
  const size = samples.height * samples.width * samples.channels
  const images = new Uint8Array(indices.length * size)
  for (const [i, index] of indices.entries()) images.set(imageBytes(samples, index, index + 1), i * size)
  const maker = await AugmentedImages.create(new Augmenter(samples, steps, seed))
  try {
    images.set((await maker.makeBytes(epoch, Uint32Array.from(indices), images, 0)).images)
  } finally {
    maker.dispose()
  }
  const labels = Int32Array.from(indices, (index) => samples.labels[index] as number)
  const { stored: _, ...form } = samples
  return { ...form, images, labels, count: indices.length }
}
