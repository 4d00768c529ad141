/**
 * Takes a place (x, y), in pixels right of and below the centre of an image, to (xx·x + xy·y + dx, yx·x + yy·y + dy). The
 * centre of an image is ((width − 1) / 2, (height − 1) / 2).
 */
export interface AffineMap {
  readonly xx: number
  readonly xy: number
  readonly yx: number
  readonly yy: number
  readonly dx: number
  readonly dy: number
}

/** A map that keeps the centre. */
export const aroundCentre = (map: Omit<AffineMap, 'dx' | 'dy'>): AffineMap => ({ ...map, dx: 0, dy: 0 })

/** The map that applies `inner` to a place, and then `outer`. */
export function compose(outer: AffineMap, inner: AffineMap): AffineMap {
  return {
    xx: outer.xx * inner.xx + outer.xy * inner.yx,
    xy: outer.xx * inner.xy + outer.xy * inner.yy,
    yx: outer.yx * inner.xx + outer.yy * inner.yx,
    yy: outer.yx * inner.xy + outer.yy * inner.yy,
    dx: outer.xx * inner.dx + outer.xy * inner.dy + outer.dx,
    dy: outer.yx * inner.dx + outer.yy * inner.dy + outer.dy,
  }
}
