import type { FieldMetadata } from '@treadle/core'
import * as z from 'zod/mini'
import type { PixelAugmentation } from './definition.ts'
import { signed } from './signed.ts'

export const brightnessDefinition: PixelAugmentation<number> = {
  schema: z._default(z.number().check(z.gte(0), z.lte(1)), 0).register(z.globalRegistry, {
    description: 'Make images brighter or darker by up to this fraction of white',
    valueHint: 'FRACTION',
  } satisfies FieldMetadata),
  apply(image, fraction, draw) {
    image.add(signed(fraction, draw) * 255)
  },
}

/**
 * Adds the same value to all pixels of an image, as Keras's `RandomBrightness`.
 * @param fraction of the range of values that is added or subtracted at most, in [0, 1]
 */
export const brightness = (fraction: number) => ({ brightness: fraction })
