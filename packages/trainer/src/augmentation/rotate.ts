import { type FieldMetadata, cosPi } from '@treadle/core'
import * as z from 'zod/mini'
import { aroundCentre } from './affine-map.ts'
import type { AffineAugmentation } from './definition.ts'
import { signed } from './signed.ts'

export const rotateDefinition: AffineAugmentation<number> = {
  schema: z._default(z.number().check(z.gte(0), z.lte(180)), 0).register(z.globalRegistry, {
    description: 'Rotate images by up to this angle in either direction',
    unit: 'degrees',
    valueHint: 'DEGREES',
  } satisfies FieldMetadata),
  map(degrees, draw) {
    const angle = signed(degrees, draw) / 180
    const turn = Math.abs(angle)
    const cosine = cosPi(turn)
    const sine = Math.sign(angle) * cosPi(Math.abs(turn - 0.5)) // sin(πu) = cos(πu − π/2)
    return aroundCentre({ xx: cosine, xy: -sine, yx: sine, yy: cosine })
  },
}

/**
 * Rotates images around their centre, as Keras's `RandomRotation` with reflected borders.
 * @param degrees the largest angle in either direction, in [0, 180]; each angle is as likely as any other
 */
export const rotate = (degrees: number) => ({ rotate: degrees })
