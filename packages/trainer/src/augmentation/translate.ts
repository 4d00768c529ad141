import type { FieldMetadata } from '@treadle/core'
import * as z from 'zod/mini'
import { type AffineAugmentation, numbersOf } from './definition.ts'

export const translateDefinition: AffineAugmentation<number> = {
  schema: z._default(z.number().check(z.gte(0), z.lte(1)), 0).register(z.globalRegistry, {
    description: 'Move images by up to this fraction of their height and width, also by parts of a pixel',
    valueHint: 'FRACTION',
  } satisfies FieldMetadata),
  map(fraction, draw, { height, width }) {
    const numbers = numbersOf(draw)
    const moved = (index: number) => (2 * numbers.uniform(index) - 1) * fraction
    return { xx: 1, xy: 0, yx: 0, yy: 1, dx: moved(1) * width, dy: moved(0) * height }
  },
}

/**
 * Moves images by parts of their height and width, as Keras's `RandomTranslation` with reflected borders. `shift` moves by
 * whole pixels, which keeps the values of all pixels.
 * @param fraction in [0, 1]: the largest distance in either direction; each distance is as likely as any other
 */
export const translate = (fraction: number) => ({ translate: fraction })
