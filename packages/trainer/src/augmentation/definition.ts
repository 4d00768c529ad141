import { Purpose, RandomStream } from '@treadle/core'
import type * as z from 'zod/mini'
import type { AffineMap } from './affine-map.ts'

/** One image, which an augmentation changes in place: bytes, row-major, shape [height, width, channels]. */
export interface AugmentedImage {
  readonly pixels: Uint8Array
  readonly height: number
  readonly width: number
  readonly channels: number
  /** Of the size of `pixels`, with any contents. */
  readonly scratch: Uint8Array
}

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

/** An augmentation that writes the pixels of an image. */
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
   * Mixes another image of the same size into this one.
   * @param other as it is after the earlier augmentations of the list
   * @param value not the default
   * @param draw its numbers from `MIX_NUMBERS` on are free
   * @returns the weight of the image's own label, in [0, 1]; the other label has the rest
   */
  mix(image: AugmentedImage, other: Uint8Array, value: Value, draw: Draw): number
}

/** An augmentation: its value's schema, and what it does to an image. */
export type AugmentationDefinition<Value> =
  | PixelAugmentation<Value>
  | AffineAugmentation<Value>
  | MixAugmentation<Value>
