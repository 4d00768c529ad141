import type { FieldMetadata } from '@treadle/core'
import * as z from 'zod/mini'
import { type PixelAugmentation, type AugmentedImage, numbersOf } from './definition.ts'

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
      return fill(image, { top, left, rows, columns }, (word) => numbers.at(4 * (ATTEMPTS + 1) + word))
    }
  },
}

interface Rectangle {
  readonly top: number
  readonly left: number
  readonly rows: number
  readonly columns: number
}

/** Random bytes: four of each word, the lowest first. */
function fill(
  { pixels, width, channels }: AugmentedImage,
  area: Rectangle,
  wordAt: (index: number) => number,
): void {
  let count = 0
  let word = 0
  for (let y = area.top; y < area.top + area.rows; y++) {
    const from = (y * width + area.left) * channels
    for (let i = from; i < from + area.columns * channels; i++, count++) {
      if (count % 4 === 0) word = wordAt(count / 4)
      pixels[i] = word >>> (8 * (count % 4))
    }
  }
}

/**
 * Replaces a rectangle by random pixels (random erasing, Zhong et al., 2017): 2 to 40 % of the area, with sides of a
 * ratio of 0.3 to 3.33.
 * @param fraction of the images that are changed, in [0, 1]
 */
export const erase = (fraction = 0.5) => ({ erase: fraction })
