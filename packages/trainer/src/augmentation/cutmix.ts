import type { FieldMetadata } from '@treadle/core'
import * as z from 'zod/mini'
import { MIX_NUMBERS, type MixAugmentation, numbersOf } from './definition.ts'
import { symmetricBeta } from './symmetric-beta.ts'

export const cutmixDefinition: MixAugmentation<number> = {
  schema: z._default(z.number().check(z.gte(0), z.lte(100)), 0).register(z.globalRegistry, {
    description:
      'Paste a rectangle of another image into each image, and mix the labels by the areas; the part has the distribution Beta(ALPHA, ALPHA)',
    valueHint: 'ALPHA',
  } satisfies FieldMetadata),
  mix(image, alpha, draw) {
    const { height, width } = image
    const numbers = numbersOf(draw)
    const kept = symmetricBeta(alpha, (index) => numbers.uniform(MIX_NUMBERS + 2 + index))
    const side = Math.sqrt(1 - kept)
    const [top, rows] = span(height, side, numbers.uniform(MIX_NUMBERS))
    const [left, columns] = span(width, side, numbers.uniform(MIX_NUMBERS + 1))
    image.paste({ top, left, rows, columns })
    return 1 - (rows * columns) / (height * width)
  },
}

/** A part of the pixels of a side, around a random one, clipped at the borders: the first one, and how many. */
function span(length: number, part: number, random: number): [first: number, count: number] {
  const size = Math.floor(length * part)
  const from = Math.floor(length * random) - (size >> 1)
  const first = Math.max(0, from)
  return [first, Math.min(length, from + size) - first]
}

/**
 * Pastes a rectangle of a random other image into each image, and mixes the labels by the areas (CutMix, Yun et al.,
 * 2019). The labels become soft: the model must end in a softmax, and the loss is a categorical cross-entropy.
 * @param alpha greater than 0: the part of the area that is kept, before the rectangle is clipped at the borders, has
 * the distribution Beta(`alpha`, `alpha`)
 */
export const cutmix = (alpha = 1) => ({ cutmix: alpha })
