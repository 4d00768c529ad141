import type { FieldMetadata } from '@treadle/core'
import * as z from 'zod/mini'
import { type PixelAugmentation, numbersOf } from './definition.ts'

export const cutoutDefinition: PixelAugmentation<number> = {
  schema: z._default(z.int().check(z.gte(0), z.lte(8192)), 0).register(z.globalRegistry, {
    description: 'Make a square of this side black, at a random place of each image',
    unit: 'pixels',
  } satisfies FieldMetadata),
  apply(image, side, draw) {
    const numbers = numbersOf(draw)
    const [top, rows] = span(numbers.below(image.height, 0), side, image.height)
    const [left, columns] = span(numbers.below(image.width, 1), side, image.width)
    image.clear({ top, left, rows, columns })
  },
}

/** The pixels of a side of the square that are in the image: the first one, and how many. */
function span(centre: number, side: number, length: number): [first: number, count: number] {
  const from = centre - (side >> 1)
  const first = Math.max(0, from)
  return [first, Math.min(length, from + side) - first]
}

/** Makes a square black (DeVries and Taylor, 2017). Its centre is any pixel, so a part may be outside of the image. */
export const cutout = (side: number) => ({ cutout: side })
