import type { FieldMetadata } from '@treadle/core'
import * as z from 'zod/mini'
import { type PixelAugmentation, type AugmentedImage, numbersOf } from './definition.ts'

const directions = ['none', 'horizontal', 'vertical', 'horizontal_and_vertical', 'alternating'] as const
export type Flip = (typeof directions)[number]

export const flipDefinition: PixelAugmentation<Flip> = {
  schema: z._default(z.enum(directions), 'none').register(z.globalRegistry, {
    description:
      'Mirror images. horizontal: left to right, half of them, at random; vertical: top to bottom; horizontal_and_vertical: either, independently. alternating: left to right, half of them in the first epoch, the others in the next one, in turn',
  } satisfies FieldMetadata),
  apply(image, direction, draw) {
    const alternates = direction === 'alternating'
    const numbers = numbersOf(alternates ? { ...draw, epoch: 0 } : draw)
    const odd = (index: number, more = 0) => (numbers.below(2, index) + more) % 2 === 1
    if (direction !== 'vertical' && odd(0, alternates ? draw.epoch : 0)) mirrorRows(image)
    if (/vertical/.test(direction) && odd(1)) reverseRows(image)
  },
}

/** Left to right. */
function mirrorRows({ pixels, height, width, channels }: AugmentedImage): void {
  const size = width * channels
  for (let y = 0; y < height; y++) {
    let left = y * size
    let right = left + size - channels
    for (; left < right; left += channels, right -= channels) {
      for (let c = 0; c < channels; c++) {
        const pixel = pixels[left + c] as number
        pixels[left + c] = pixels[right + c] as number
        pixels[right + c] = pixel
      }
    }
  }
}

/** Top to bottom. */
function reverseRows({ pixels, height, width, channels, scratch }: AugmentedImage): void {
  scratch.set(pixels)
  const size = width * channels
  for (let y = 0; y < height; y++)
    pixels.set(scratch.subarray((height - 1 - y) * size, (height - y) * size), y * size)
}

/**
 * Mirrors images, as Keras's `RandomFlip`.
 * @param direction `horizontal`: left to right, each image in half of the epochs, at random; `vertical`: top to bottom;
 * `horizontal_and_vertical`: both, independently; `alternating`: left to right in every second epoch, half of the images in
 * the even ones
 */
export const flip = (direction: Flip = 'horizontal') => ({ flip: direction })
