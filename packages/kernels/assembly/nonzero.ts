import { GemmFlags } from './generated/records'
import { multiplyAdd } from './multiply-add'
import { relu } from './tile'

/**
 * The product of gemm where much of A may be zero, as pixels and what ReLU leaves are: terms whose factor is zero add
 * nothing, and are left out. Two rows share a tile's loads of B, so a term stays if it is nonzero in either. Terms
 * stay in order, so the bits are those of the strips; but 0 · ∞ and 0 · NaN add nothing, and −0 + 0 may stay −0.
 *
 * From the first nonzero term of two rows to the last all are taken, as in the strips; or, where fewer than three in
 * four of them are nonzero, those alone, found bit by bit, at a third more instructions a term.
 */

/** Terms to a word of bits. */
export const TERMS = 32
/** Panels of so many terms that are 16 kB together: half of the smallest L1 cache about. */
export const PANELS = 8

/** `m` rows of A by `panels` panels of 16 columns, up to TERMS terms. */
export function nonzero2x16(
  a: usize, aRow: usize, b: usize, bRow: usize, panel: usize, panels: i32, c: usize, cRow: usize,
  k: i32, m: i32, bias: usize, flags: i32,
): void {
  for (; m >= 2; m -= 2, a += aRow << 1, c += cRow << 1) {
    const a1 = a + aRow
    const nonzero = bits(a, k) | bits(a1, k)
    const first = <usize>ctz(nonzero)
    const length = nonzero ? TERMS - clz(nonzero) - <i32>first : 0
    const dense = 3 * length <= 4 * popcnt(nonzero)
    for (let p: usize = 0; p < <usize>panels; p++) {
      const bp = b + p * panel
      const cp = c + (p << 6)
      const cq = cp + cRow
      let s00 = f32x4.splat(0)
      let s01 = s00
      let s02 = s00
      let s03 = s00
      let s10 = s00
      let s11 = s00
      let s12 = s00
      let s13 = s00
      if (flags & GemmFlags.keep) {
        s00 = v128.load(cp)
        s01 = v128.load(cp, 16)
        s02 = v128.load(cp, 32)
        s03 = v128.load(cp, 48)
        s10 = v128.load(cq)
        s11 = v128.load(cq, 16)
        s12 = v128.load(cq, 32)
        s13 = v128.load(cq, 48)
      } else if (bias) {
        const biasP = bias + (p << 6)
        s00 = v128.load(biasP)
        s01 = v128.load(biasP, 16)
        s02 = v128.load(biasP, 32)
        s03 = v128.load(biasP, 48)
        s10 = s00
        s11 = s01
        s12 = s02
        s13 = s03
      }
      if (dense) {
        let x0 = a + (first << 2)
        let x1 = a1 + (first << 2)
        let term = bp + first * bRow
        for (let n = length; n > 0; n -= 2) {
          let b0 = v128.load(term)
          let b1 = v128.load(term, 16)
          let b2 = v128.load(term, 32)
          let b3 = v128.load(term, 48)
          let x = v128.load32_splat(x0)
          s00 = multiplyAdd(s00, x, b0)
          s01 = multiplyAdd(s01, x, b1)
          s02 = multiplyAdd(s02, x, b2)
          s03 = multiplyAdd(s03, x, b3)
          x = v128.load32_splat(x1)
          s10 = multiplyAdd(s10, x, b0)
          s11 = multiplyAdd(s11, x, b1)
          s12 = multiplyAdd(s12, x, b2)
          s13 = multiplyAdd(s13, x, b3)
          if (n == 1) break
          term += bRow
          b0 = v128.load(term)
          b1 = v128.load(term, 16)
          b2 = v128.load(term, 32)
          b3 = v128.load(term, 48)
          x = v128.load32_splat(x0, 4)
          s00 = multiplyAdd(s00, x, b0)
          s01 = multiplyAdd(s01, x, b1)
          s02 = multiplyAdd(s02, x, b2)
          s03 = multiplyAdd(s03, x, b3)
          x = v128.load32_splat(x1, 4)
          s10 = multiplyAdd(s10, x, b0)
          s11 = multiplyAdd(s11, x, b1)
          s12 = multiplyAdd(s12, x, b2)
          s13 = multiplyAdd(s13, x, b3)
          x0 += 8
          x1 += 8
          term += bRow
        }
      } else {
        let left = nonzero
        do {
          const j = <usize>ctz(left)
          left &= left - 1
          const term = bp + j * bRow
          const b0 = v128.load(term)
          const b1 = v128.load(term, 16)
          const b2 = v128.load(term, 32)
          const b3 = v128.load(term, 48)
          let x = v128.load32_splat(a + (j << 2))
          s00 = multiplyAdd(s00, x, b0)
          s01 = multiplyAdd(s01, x, b1)
          s02 = multiplyAdd(s02, x, b2)
          s03 = multiplyAdd(s03, x, b3)
          x = v128.load32_splat(a1 + (j << 2))
          s10 = multiplyAdd(s10, x, b0)
          s11 = multiplyAdd(s11, x, b1)
          s12 = multiplyAdd(s12, x, b2)
          s13 = multiplyAdd(s13, x, b3)
        } while (left)
      }
      if (flags & GemmFlags.relu) {
        s00 = relu(s00)
        s01 = relu(s01)
        s02 = relu(s02)
        s03 = relu(s03)
        s10 = relu(s10)
        s11 = relu(s11)
        s12 = relu(s12)
        s13 = relu(s13)
      }
      v128.store(cp, s00)
      v128.store(cp, s01, 16)
      v128.store(cp, s02, 32)
      v128.store(cp, s03, 48)
      v128.store(cq, s10)
      v128.store(cq, s11, 16)
      v128.store(cq, s12, 32)
      v128.store(cq, s13, 48)
    }
  }
  // One row left over goes with itself.
  if (m == 1) nonzero2x16(a, 0, b, bRow, panel, panels, c, 0, k, 2, bias, flags)
}

/** A bit for each of `k` floats that is not zero: 32 at most, padded to a multiple of 4. */
// @ts-ignore: decorator
@inline
function bits(a: usize, k: i32): i32 {
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
