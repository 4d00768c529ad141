import type { FieldMetadata } from '@treadle/core'
import * as z from 'zod/mini'
import type { PixelAugmentation } from './definition.ts'
import { signed } from './signed.ts'

export const contrastDefinition: PixelAugmentation<number> = {
  schema: z._default(z.number().check(z.gte(0), z.lte(1)), 0).register(z.globalRegistry, {
    description: 'Multiply the contrast of images by up to this fraction less or more than 1',
    valueHint: 'FRACTION',
  } satisfies FieldMetadata),
  apply(image, fraction, draw) {
    image.contrast(1 + signed(fraction, draw))
  },
}

/**
 * Multiplies the distance of each value to the mean of its channel in the image, as Keras's `RandomContrast`.
 * @param fraction in [0, 1]: the factor is in 1 ± `fraction`
 */
export const contrast = (fraction: number) => ({ contrast: fraction })
