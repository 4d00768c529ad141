import type { FieldMetadata } from '@treadle/core'
import * as z from 'zod/mini'
import { aroundCentre } from './affine-map.ts'
import type { AffineAugmentation } from './definition.ts'
import { signed } from './signed.ts'

export const shearDefinition: AffineAugmentation<number> = {
  schema: z._default(z.number().check(z.gte(0), z.lte(1)), 0).register(z.globalRegistry, {
    description:
      'Slant images: move each row sideways by up to this fraction of its distance to the middle row',
    valueHint: 'FRACTION',
  } satisfies FieldMetadata),
  map: (fraction, draw) => aroundCentre({ xx: 1, xy: signed(fraction, draw), yx: 0, yy: 1 }),
}

/**
 * Shears images horizontally around their centre: Keras's `RandomShear` with `x_factor` and reflected borders, but this
 * layer shears around the corner.
 * @param fraction in [0, 1]: how far a row moves, as a part of its distance to the middle row
 */
export const shear = (fraction: number) => ({ shear: fraction })
