import type { FieldMetadata } from '@treadle/core'
import * as z from 'zod/mini'
import { type PixelAugmentation, numbersOf } from './definition.ts'

export const cutoutDefinition: PixelAugmentation<number> = {
  schema: z._default(z.int().check(z.gte(0), z.lte(8192)), 0).register(z.globalRegistry, {
    description: 'Make a square of this side black, at a random place of each image',
    unit: 'pixels',
  } satisfies FieldMetadata),
  apply({ pixels, height, width, channels }, side, draw) {
    const numbers = numbersOf(draw)
    const top = numbers.below(height, 0) - (side >> 1)
    const left = numbers.below(width, 1) - (side >> 1)
    const from = Math.max(0, left)
    const to = Math.min(width, left + side)
    for (let y = Math.max(0, top); y < Math.min(height, top + side); y++)
      pixels.fill(0, (y * width + from) * channels, (y * width + to) * channels)
  },
}

/** Makes a square black (DeVries and Taylor, 2017). Its centre is any pixel, so a part may be outside of the image. */
export const cutout = (side: number) => ({ cutout: side })
