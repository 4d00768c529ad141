/**
 * Where much of A may be zero, as pixels and the outputs of ReLU are, terms whose factor is zero add nothing, and gemm
 * skips them (`nonzero2x16`, from scripts/tiles.js). Two rows share a tile's loads of B, so a term stays if it is
 * nonzero in either. Terms stay in order, so the bits are those of the strips; but 0 · ∞ and 0 · NaN add nothing, and
 * −0 + 0 may stay −0.
 */

/** Terms to a word of bits. */
export const TERMS = 32
/** Panels of so many terms that are 16 kB together: about half of the smallest L1 cache. */
export const PANELS = 8

/** A bit for each of `k` floats that is not zero: 32 at most, padded to a multiple of 4. */
// @ts-ignore: decorator
@inline
export function nonzeroBits(a: usize, k: i32): i32 {
  let zeros = 0
  if (k > 12) {
    // The last sixteen begin within those before.
    const last = ((k + 3) & ~3) - 16
    zeros = zeros16(a) | zeros16(a + (<usize>last << 2)) << last
  } else {
    for (let i = 0; i < k; i += 4) zeros |= i32x4.bitmask(i32x4.eq(v128.load(a + (<usize>i << 2)), i32x4.splat(0))) << i
  }
  return ~zeros & <i32>(<u32>-1 >> (TERMS - k))
}

/** Narrowing saturates, so that of what is not zero something is left. */
// @ts-ignore: decorator
@inline
function zeros16(a: usize): i32 {
  const low = i16x8.narrow_i32x4_s(v128.load(a), v128.load(a, 16))
  const high = i16x8.narrow_i32x4_s(v128.load(a, 32), v128.load(a, 48))
  return i8x16.bitmask(i8x16.eq(i8x16.narrow_i16x8_s(low, high), i8x16.splat(0)))
}
