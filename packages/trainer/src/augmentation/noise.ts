import type { FieldMetadata } from '@treadle/core'
import * as z from 'zod/mini'
import { type PixelAugmentation, streamOf } from './definition.ts'

/** Standard deviation of the sum of four random bytes. */
const DEVIATION = Math.sqrt((4 * (256 * 256 - 1)) / 12)

export const noiseDefinition: PixelAugmentation<number> = {
  schema: z._default(z.number().check(z.gte(0), z.lte(1)), 0).register(z.globalRegistry, {
    description: 'Add random noise with this standard deviation, as a fraction of white',
    valueHint: 'FRACTION',
  } satisfies FieldMetadata),
  apply(image, fraction, draw) {
    image.noise((fraction * 255) / DEVIATION, streamOf(draw))
  },
}

/**
 * Adds noise to each value. It is close to normal: the sum of four uniform numbers, at most 3.5 standard deviations.
 * @param fraction the standard deviation as a part of the range of values, in [0, 1]
 */
export const noise = (fraction: number) => ({ noise: fraction })
