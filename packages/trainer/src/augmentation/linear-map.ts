/**
 * Takes a place (x, y), in pixels right of and below the centre of an image, to (xx·x + xy·y, yx·x + yy·y). The centre
 * of an image is ((width − 1) / 2, (height − 1) / 2).
 */
export interface LinearMap {
  readonly xx: number
  readonly xy: number
  readonly yx: number
  readonly yy: number
}

/** The map that applies `inner` to a place, and then `outer`. */
export function compose(outer: LinearMap, inner: LinearMap): LinearMap {
  return {
    xx: outer.xx * inner.xx + outer.xy * inner.yx,
    xy: outer.xx * inner.xy + outer.xy * inner.yy,
    yx: outer.yx * inner.xx + outer.yy * inner.yx,
    yy: outer.yx * inner.xy + outer.yy * inner.yy,
  }
}
