import { normalF32x4 } from './normal'

/**
 * Philox4x32-7 (Salmon et al., SC11) on four consecutive blocks at once; the same function as `philox4x32` of
 * @treadle/core, which says why seven rounds.
 */
const M0: i32 = 0xd2511f53
const M1: i32 = 0xcd9e8d57
const W0: i32 = 0x9e3779b9
const W1: i32 = 0xbb67ae85

/** What `drawFourBlocks` makes of the words. */
export const enum Draw {
  words,
  mask,
  normal,
}

/** The low half of each 64-bit lane. */
const LOW: i64 = 0xffffffff

/**
 * Draws blocks (block … block + 3, c1, c2, c3) and writes 64 bytes in the order of their words: each 32-bit word, or its
 * normal number, or for each 16-bit word −1 (word ≥ limit, unsigned) or 0.
 *
 * There are no shuffles, which V8 compiles wrongly when it pairs 128-bit operations. The high halves of the products
 * have their middle two lanes exchanged. The low halves keep the order of the operands. So x1 and x3 are always one
 * exchange behind x0 and x2, as the next round needs them.
 */
// @ts-ignore: decorator
@inline
export function drawFourBlocks(
  out: usize,
  draw: Draw,
  limit: v128,
  block: i32,
  c1: i32,
  c2: i32,
  c3: i32,
  key0: i32,
  key1: i32,
): void {
  let x0 = i32x4.add(i32x4.splat(block), i32x4(0, 1, 2, 3))
  let x1 = i32x4.splat(c1)
  let x2 = i32x4.splat(c2)
  let x3 = i32x4.splat(c3)
  let k0 = i32x4.splat(key0)
  let k1 = i32x4.splat(key1)
  const m0 = i32x4.splat(M0)
  const m1 = i32x4.splat(M1)
  for (let round = 0; round < 7; round++) {
    const y1 = i32x4.mul(x2, m1)
    const y3 = i32x4.mul(x0, m0)
    const y0 = xorHighHalves(v128.xor(x1, k0), x2, m1)
    x2 = xorHighHalves(v128.xor(x3, k1), x0, m0)
    x0 = y0
    x1 = y1
    x3 = y3
    k0 = i32x4.add(k0, i32x4.splat(W0))
    k1 = i32x4.add(k1, i32x4.splat(W1))
  }
  // Before the words are put in order: a load from what two stores have just written would wait for both.
  x0 = drawn(x0, draw, limit)
  x1 = drawn(x1, draw, limit)
  x2 = drawn(x2, draw, limit)
  x3 = drawn(x3, draw, limit)
  // x0 and x2 are in the order of blocks 0, 2, 1, 3; x1 and x3 in that of 0, 1, 2, 3.
  const low = i64x2.splat(LOW)
  const a = v128.bitselect(x0, i64x2.shl(i64x2.extend_low_i32x4_u(x1), 32), low)
  const b = v128.bitselect(x2, i64x2.shl(i64x2.extend_low_i32x4_u(x3), 32), low)
  const c = v128.or(i64x2.shr_u(x0, 32), i64x2.shl(i64x2.extend_high_i32x4_u(x1), 32))
  const d = v128.or(i64x2.shr_u(x2, 32), i64x2.shl(i64x2.extend_high_i32x4_u(x3), 32))
  v128.store64_lane(out, a, 0)
  v128.store64_lane(out, b, 0, 8)
  v128.store64_lane(out, a, 1, 16)
  v128.store64_lane(out, b, 1, 24)
  v128.store64_lane(out, c, 0, 32)
  v128.store64_lane(out, d, 0, 40)
  v128.store64_lane(out, c, 1, 48)
  v128.store64_lane(out, d, 1, 56)
}

// @ts-ignore: decorator
@inline
function drawn(x: v128, draw: Draw, limit: v128): v128 {
  if (draw == Draw.normal) return normalF32x4(x)
  return draw == Draw.mask ? i16x8.ge_u(x, limit) : x
}

/** y ^ the high halves of the 64-bit products of x and m, unsigned 32-bit lanes; the products in the order of lanes 0, 2, 1, 3. */
// @ts-ignore: decorator
@inline
function xorHighHalves(y: v128, x: v128, m: v128): v128 {
  const p0 = i64x2.extmul_low_i32x4_u(x, m)
  const p1 = i64x2.extmul_high_i32x4_u(x, m)
  return v128.xor(v128.xor(y, i64x2.shr_u(p0, 32)), v128.and(p1, i64x2.splat(~LOW)))
}
