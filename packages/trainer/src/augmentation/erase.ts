import type { FieldMetadata } from '@treadle/core'
import * as z from 'zod/mini'
import { type PixelAugmentation, numbersOf, streamOf } from './definition.ts'

/** Smallest and largest part of the area, and smallest ratio of the sides: those of the paper. */
const AREA = [0.02, 0.4] as const
const RATIO = 0.3
/** Attempts to find a rectangle that fits. Three of four fit. */
const ATTEMPTS = 10

export const eraseDefinition: PixelAugmentation<number> = {
  schema: z._default(z.number().check(z.gte(0), z.lte(1)), 0).register(z.globalRegistry, {
    description: 'Fraction of the images in which a random rectangle is replaced by random pixels',
    valueHint: 'FRACTION',
  } satisfies FieldMetadata),
  apply(image, fraction, draw) {
    const numbers = numbersOf(draw)
    if (numbers.uniform(0) >= fraction) return
    const uniform = (index: number, low: number, high: number) => low + numbers.uniform(index) * (high - low)
    const { height, width } = image
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const at = 4 * (attempt + 1)
      const area = uniform(at, ...AREA) * height * width
      const ratio = uniform(at + 1, RATIO, 1 / RATIO)
      const rows = Math.round(Math.sqrt(area * ratio))
      const columns = Math.round(Math.sqrt(area / ratio))
      if (rows < 1 || columns < 1 || rows >= height || columns >= width) continue
      const top = Math.floor(numbers.uniform(at + 2) * (height - rows + 1))
      const left = Math.floor(numbers.uniform(at + 3) * (width - columns + 1))
      return image.randomize({ top, left, rows, columns }, 4 * (ATTEMPTS + 1), streamOf(draw))
    }
  },
}

/**
 * Replaces a rectangle by random pixels (random erasing, Zhong et al., 2017): 2 to 40 % of the area, with sides of a
 * ratio of 0.3 to 3.33.
 * @param fraction of the images that are changed, in [0, 1]
 */
export const erase = (fraction = 0.5) => ({ erase: fraction })
