import type { FieldMetadata } from '@treadle/core'
import * as z from 'zod/mini'
import { type PixelAugmentation, numbersOf } from './definition.ts'
import { nearestByte } from './nearest-byte.ts'

/** Mean and standard deviation of the sum of four random bytes. */
const MEAN = 510
const DEVIATION = Math.sqrt((4 * (256 * 256 - 1)) / 12)

export const noiseDefinition: PixelAugmentation<number> = {
  schema: z._default(z.number().check(z.gte(0), z.lte(1)), 0).register(z.globalRegistry, {
    description: 'Add random noise with this standard deviation, as a fraction of white',
    valueHint: 'FRACTION',
  } satisfies FieldMetadata),
  apply({ pixels }, fraction, draw) {
    const numbers = numbersOf(draw)
    const scale = (fraction * 255) / DEVIATION
    for (let i = 0; i < pixels.length; i++) {
      const word = numbers.at(i)
      const sum = (word & 255) + ((word >>> 8) & 255) + ((word >>> 16) & 255) + (word >>> 24)
      pixels[i] = nearestByte((pixels[i] as number) + (sum - MEAN) * scale)
    }
  },
}

/**
 * Adds noise to each value. It is close to normal: the sum of four uniform numbers, at most 3.5 standard deviations.
 * @param fraction the standard deviation as a part of the range of values, in [0, 1]
 */
export const noise = (fraction: number) => ({ noise: fraction })
