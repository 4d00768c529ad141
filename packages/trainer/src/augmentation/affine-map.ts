import type { AffineMap } from '@treadle/kernels'

/** A map that keeps the centre. */
export const aroundCentre = ({ xx, xy, yx, yy }: Omit<AffineMap, 'dx' | 'dy'>): AffineMap => ({
  xx,
  xy,
  yx,
  yy,
  dx: 0,
  dy: 0,
})

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
