import type { FieldMetadata } from '@treadle/core'
import * as z from 'zod/mini'
import { type PixelAugmentation, type AugmentedImage, numbersOf } from './definition.ts'

const directions = ['none', 'horizontal', 'alternating'] as const
export type Flip = (typeof directions)[number]

export const flipDefinition: PixelAugmentation<Flip> = {
  schema: z._default(z.enum(directions), 'none').register(z.globalRegistry, {
    description:
      'Mirror images left to right. horizontal: half of them, at random. alternating: half of them in the first epoch, the others in the next one, in turn',
  } satisfies FieldMetadata),
  apply(image, direction, draw) {
    const alternates = direction === 'alternating'
    const first = numbersOf(alternates ? { ...draw, epoch: 0 } : draw).below(2, 0)
    if ((first + (alternates ? draw.epoch : 0)) % 2 === 1) mirror(image)
  },
}

function mirror({ pixels, height, width, channels }: AugmentedImage): void {
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

/**
 * Mirrors images left to right.
 * @param direction `horizontal`: each image in half of the epochs, at random; `alternating`: in every second epoch, half
 * of the images in the even ones
 */
export const flip = (direction: Flip = 'horizontal') => ({ flip: direction })
