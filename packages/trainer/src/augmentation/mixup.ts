import type { FieldMetadata } from '@treadle/core'
import * as z from 'zod/mini'
import { MIX_NUMBERS, type MixAugmentation, numbersOf } from './definition.ts'
import { symmetricBeta } from './symmetric-beta.ts'

export const mixupDefinition: MixAugmentation<number> = {
  schema: z._default(z.number().check(z.gte(0), z.lte(100)), 0).register(z.globalRegistry, {
    description:
      'Blend each image and its label with another one, by a weight of the distribution Beta(ALPHA, ALPHA)',
    valueHint: 'ALPHA',
  } satisfies FieldMetadata),
  mix(image, alpha, draw) {
    const numbers = numbersOf(draw)
    const own = symmetricBeta(alpha, (index) => numbers.uniform(MIX_NUMBERS + index))
    image.blend(own)
    return own
  },
}

/**
 * Blends each image and its label with those of a random other image (mixup, Zhang et al., 2018). The labels become
 * soft: the model must end in a softmax, and the loss is a categorical cross-entropy.
 * @param alpha greater than 0: the weight has the distribution Beta(`alpha`, `alpha`)
 */
export const mixup = (alpha = 0.2) => ({ mixup: alpha })
