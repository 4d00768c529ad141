import type { FieldMetadata } from '@treadle/core'
import * as z from 'zod/mini'
import { aroundCentre } from './affine-map.ts'
import type { AffineAugmentation } from './definition.ts'
import { signed } from './signed.ts'

export const zoomDefinition: AffineAugmentation<number> = {
  schema: z._default(z.number().check(z.gte(0), z.lt(1)), 0).register(z.globalRegistry, {
    description: 'Zoom images in or out, to show up to this fraction less or more of their height and width',
    valueHint: 'FRACTION',
  } satisfies FieldMetadata),
  map(fraction, draw) {
    const scale = 1 + signed(fraction, draw)
    return aroundCentre({ xx: scale, xy: 0, yx: 0, yy: scale })
  },
}

/**
 * Zooms images around their centre, height and width alike, as Keras's `RandomZoom` with reflected borders.
 * @param fraction in [0, 1): 0.1 shows 90 to 110 % of the height and the width, each part as likely as any other
 */
export const zoom = (fraction: number) => ({ zoom: fraction })
