import { Purpose, RandomStream } from '@treadle/core'
import type { AffineMap, PixelPrograms, PixelStream } from '@treadle/kernels'
import type * as z from 'zod/mini'

/** One image of bytes, which operations of the kernels change: the calls write its pixel program. */
export type AugmentedImage = Pick<
  PixelPrograms,
  | 'height'
  | 'width'
  | 'channels'
  | 'mirror'
  | 'reverseRows'
  | 'shift'
  | 'add'
  | 'contrast'
  | 'noise'
  | 'clear'
  | 'randomize'
>

/** An image, and the other one that is mixed into it. */
export type MixedImage = Pick<PixelPrograms, 'height' | 'width' | 'channels' | 'blend' | 'paste'>

/** Where an image is in a run: it decides all random numbers. */
export interface Draw {
  readonly seed: number
  /** From 0. */
  readonly epoch: number
  /** Index of the image in the training samples. */
  readonly index: number
  /** Index of the augmentation in the list of the run. */
  readonly position: number
}

/** The random numbers of one augmentation of one image in one epoch. */
export function numbersOf({ seed, epoch, index, position }: Draw): RandomStream {
  return new RandomStream(seed, Purpose.augmentation, { epoch, step: index, stream: position })
}

/** The same numbers, for an operation that draws them. */
export const streamOf = ({ seed, epoch, index, position }: Draw): PixelStream => ({
  seed,
  epoch,
  step: index,
  stream: position,
})

interface ImageSize {
  readonly height: number
  readonly width: number
}

interface Common<Value> {
  /** With a default that changes no image, and a description (`FieldMetadata` in zod's global registry). */
  readonly schema: z.ZodMiniDefault<z.ZodMiniType<Value>>
  /** Why it cannot be applied to images of this size, to follow "must be"; undefined if it can. */
  rule?(value: Value, size: ImageSize): string | undefined
}

/** An augmentation that changes the pixels of an image. */
export interface PixelAugmentation<Value> extends Common<Value> {
  /** @param value not the default */
  apply(image: AugmentedImage, value: Value, draw: Draw): void
}

/**
 * An augmentation that moves the pixels of an image by an affine map. Neighbours in the list of a run are one
 * resampling.
 */
export interface AffineAugmentation<Value> extends Common<Value> {
  /** From the place of a pixel in the result to the place of its value in the image. @param value not the default */
  map(value: Value, draw: Draw, size: ImageSize): AffineMap
}

/** First index of the random numbers of an augmentation that mixes: those before choose the other image. */
export const MIX_NUMBERS = 4

/** An augmentation that mixes two images and their labels. Training then has soft labels. */
export interface MixAugmentation<Value> extends Common<Value> {
  /**
   * Mixes another image into this one by `blend` or `paste`, once. The other image is as it is after the earlier
   * augmentations of the list.
   * @param value not the default
   * @param draw its numbers from `MIX_NUMBERS` on are free
   * @returns the weight of the image's own label, in [0, 1]; the other label has the rest
   */
  mix(image: MixedImage, value: Value, draw: Draw): number
}

/** An augmentation: its value's schema, and what it does to an image. */
export type AugmentationDefinition<Value> =
  | PixelAugmentation<Value>
  | AffineAugmentation<Value>
  | MixAugmentation<Value>
