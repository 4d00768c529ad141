import type { FieldMetadata } from '@treadle/core'
import * as z from 'zod/mini'
import { nearestByte } from './nearest-byte.ts'
import type { PixelAugmentation } from './definition.ts'
import { signed } from './signed.ts'

export const contrastDefinition: PixelAugmentation<number> = {
  schema: z._default(z.number().check(z.gte(0), z.lte(1)), 0).register(z.globalRegistry, {
    description: 'Multiply the contrast of images by up to this fraction less or more than 1',
    valueHint: 'FRACTION',
  } satisfies FieldMetadata),
  apply({ pixels, channels }, fraction, draw) {
    const factor = 1 + signed(fraction, draw)
    for (let c = 0; c < channels; c++) {
      let sum = 0
      for (let i = c; i < pixels.length; i += channels) sum += pixels[i] as number
      const mean = sum / (pixels.length / channels)
      for (let i = c; i < pixels.length; i += channels)
        pixels[i] = nearestByte(((pixels[i] as number) - mean) * factor + mean)
    }
  },
}

/**
 * Multiplies the distance of each value to the mean of its channel in the image, as Keras's `RandomContrast`.
 * @param fraction in [0, 1]: the factor is in 1 ± `fraction`
 */
export const contrast = (fraction: number) => ({ contrast: fraction })
