import type { FieldMetadata } from '@treadle/core'
import * as z from 'zod/mini'
import { type PixelAugmentation, numbersOf } from './definition.ts'

export const shiftDefinition: PixelAugmentation<number> = {
  schema: z._default(z.int().check(z.gte(0), z.lte(8192)), 0).register(z.globalRegistry, {
    description:
      'Move images by up to this many pixels, down or up and right or left; the border shows their mirror image',
    unit: 'pixels',
  } satisfies FieldMetadata),
  rule(pixels, { height, width }) {
    const most = Math.min(height, width)
    return pixels > most ? `at most ${most}, the shorter side of the images` : undefined
  },
  apply(image, most, draw) {
    const numbers = numbersOf(draw)
    const dy = numbers.below(2 * most + 1, 0) - most
    const dx = numbers.below(2 * most + 1, 1) - most
    if (dy !== 0 || dx !== 0) image.shift(dy, dx)
  },
}

/**
 * Moves images by up to `pixels` in both directions, each distance as likely as any other. It is the random crop of the
 * image after `pixels` pixels of padding with its mirror image (NumPy's `symmetric`).
 */
export const shift = (pixels: number) => ({ shift: pixels })
