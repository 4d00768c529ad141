import type { FieldMetadata } from '@treadle/core'
import * as z from 'zod/mini'
import { type PixelAugmentation, numbersOf } from './definition.ts'

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
    if (direction !== 'vertical' && odd(0, alternates ? draw.epoch : 0)) image.mirror()
    if (/vertical/.test(direction) && odd(1)) image.reverseRows()
  },
}

/**
 * Mirrors images, as Keras's `RandomFlip`.
 * @param direction `horizontal`: left to right, each image in half of the epochs, at random; `vertical`: top to bottom;
 * `horizontal_and_vertical`: both, independently; `alternating`: left to right in every second epoch, half of the images in
 * the even ones
 */
export const flip = (direction: Flip = 'horizontal') => ({ flip: direction })
