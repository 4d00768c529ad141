import { GemmFlags } from './generated/records'
import { multiplyAdd } from './multiply-add'

/**
 * Strips of register tiles: C[i, j] = Σ_k A[i, k]·B[k, j], row i, term k of A at a + i·aRow + k·aTerm, so that one
 * function serves products over columns of A (aTerm 4) and over its rows (aRow 4). Of `m` rows those are done that
 * fill whole tiles.
 *
 * WASM has 16 registers at best. 2×16 keeps eight sums, four columns of B and one number of A in them; measured
 * against 4×8, 3×12, 3×16 and 6×8 it is within 3 % of the best, and as fast as the same loop from gcc. The processor
 * has about as many instructions to take in as it can, so there is a strip to a call, one decision for all sums of a
 * tile, and two terms to a turn (with a way out between them: see `dot1x5`). bench/RESULTS.md says what that gives.
 */

/** max(0, ·); NaN stays NaN. */
// @ts-ignore: decorator
@inline
export function relu(sum: v128): v128 {
  return f32x4.pmax(sum, f32x4.splat(0))
}

export function strip2x16(a: usize, aRow: usize, aTerm: usize, b: usize, bRow: usize, c: usize, cRow: usize, k: i32, m: i32, bias: usize, flags: i32): void {
  for (; m >= 2; m -= 2, a += aRow << 1, c += cRow << 1) {
    let a0 = a
    let a1 = a0 + aRow
    const c1 = c + cRow
    let s00 = f32x4.splat(0)
    let s01 = s00
    let s02 = s00
    let s03 = s00
    let s10 = s00
    let s11 = s00
    let s12 = s00
    let s13 = s00
    if (flags & GemmFlags.keep) {
      s00 = v128.load(c)
      s01 = v128.load(c, 16)
      s02 = v128.load(c, 32)
      s03 = v128.load(c, 48)
      s10 = v128.load(c1)
      s11 = v128.load(c1, 16)
      s12 = v128.load(c1, 32)
      s13 = v128.load(c1, 48)
    } else if (bias) {
      s00 = v128.load(bias)
      s01 = v128.load(bias, 16)
      s02 = v128.load(bias, 32)
      s03 = v128.load(bias, 48)
      s10 = s00
      s11 = s01
      s12 = s02
      s13 = s03
    }
    let term = b
    for (let n = k; n > 0; n -= 2) {
      let b0 = v128.load(term)
      let b1 = v128.load(term, 16)
      let b2 = v128.load(term, 32)
      let b3 = v128.load(term, 48)
      let x = v128.load32_splat(a0)
      s00 = multiplyAdd(s00, x, b0)
      s01 = multiplyAdd(s01, x, b1)
      s02 = multiplyAdd(s02, x, b2)
      s03 = multiplyAdd(s03, x, b3)
      x = v128.load32_splat(a1)
      s10 = multiplyAdd(s10, x, b0)
      s11 = multiplyAdd(s11, x, b1)
      s12 = multiplyAdd(s12, x, b2)
      s13 = multiplyAdd(s13, x, b3)
      if (n == 1) break
      a0 += aTerm
      a1 += aTerm
      term += bRow
      b0 = v128.load(term)
      b1 = v128.load(term, 16)
      b2 = v128.load(term, 32)
      b3 = v128.load(term, 48)
      x = v128.load32_splat(a0)
      s00 = multiplyAdd(s00, x, b0)
      s01 = multiplyAdd(s01, x, b1)
      s02 = multiplyAdd(s02, x, b2)
      s03 = multiplyAdd(s03, x, b3)
      x = v128.load32_splat(a1)
      s10 = multiplyAdd(s10, x, b0)
      s11 = multiplyAdd(s11, x, b1)
      s12 = multiplyAdd(s12, x, b2)
      s13 = multiplyAdd(s13, x, b3)
      a0 += aTerm
      a1 += aTerm
      term += bRow
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
    v128.store(c, s00)
    v128.store(c, s01, 16)
    v128.store(c, s02, 32)
    v128.store(c, s03, 48)
    v128.store(c1, s10)
    v128.store(c1, s11, 16)
    v128.store(c1, s12, 32)
    v128.store(c1, s13, 48)
  }
}

export function strip1x16(a: usize, aRow: usize, aTerm: usize, b: usize, bRow: usize, c: usize, cRow: usize, k: i32, m: i32, bias: usize, flags: i32): void {
  for (; m > 0; m--, a += aRow, c += cRow) {
    let a0 = a
    let s00 = f32x4.splat(0)
    let s01 = s00
    let s02 = s00
    let s03 = s00
    if (flags & GemmFlags.keep) {
      s00 = v128.load(c)
      s01 = v128.load(c, 16)
      s02 = v128.load(c, 32)
      s03 = v128.load(c, 48)
    } else if (bias) {
      s00 = v128.load(bias)
      s01 = v128.load(bias, 16)
      s02 = v128.load(bias, 32)
      s03 = v128.load(bias, 48)
    }
    let term = b
    for (let n = k; n > 0; n--) {
      const b0 = v128.load(term)
      const b1 = v128.load(term, 16)
      const b2 = v128.load(term, 32)
      const b3 = v128.load(term, 48)
      const x = v128.load32_splat(a0)
      s00 = multiplyAdd(s00, x, b0)
      s01 = multiplyAdd(s01, x, b1)
      s02 = multiplyAdd(s02, x, b2)
      s03 = multiplyAdd(s03, x, b3)
      a0 += aTerm
      term += bRow
    }
    if (flags & GemmFlags.relu) {
      s00 = relu(s00)
      s01 = relu(s01)
      s02 = relu(s02)
      s03 = relu(s03)
    }
    v128.store(c, s00)
    v128.store(c, s01, 16)
    v128.store(c, s02, 32)
    v128.store(c, s03, 48)
  }
}

export function strip4x8(a: usize, aRow: usize, aTerm: usize, b: usize, bRow: usize, c: usize, cRow: usize, k: i32, m: i32, bias: usize, flags: i32): void {
  for (; m >= 4; m -= 4, a += aRow << 2, c += cRow << 2) {
    let a0 = a
    let a1 = a0 + aRow
    let a2 = a1 + aRow
    let a3 = a2 + aRow
    const c1 = c + cRow
    const c2 = c1 + cRow
    const c3 = c2 + cRow
    let s00 = f32x4.splat(0)
    let s01 = s00
    let s10 = s00
    let s11 = s00
    let s20 = s00
    let s21 = s00
    let s30 = s00
    let s31 = s00
    if (flags & GemmFlags.keep) {
      s00 = v128.load(c)
      s01 = v128.load(c, 16)
      s10 = v128.load(c1)
      s11 = v128.load(c1, 16)
      s20 = v128.load(c2)
      s21 = v128.load(c2, 16)
      s30 = v128.load(c3)
      s31 = v128.load(c3, 16)
    } else if (bias) {
      s00 = v128.load(bias)
      s01 = v128.load(bias, 16)
      s10 = s00
      s11 = s01
      s20 = s00
      s21 = s01
      s30 = s00
      s31 = s01
    }
    let term = b
    for (let n = k; n > 0; n -= 2) {
      let b0 = v128.load(term)
      let b1 = v128.load(term, 16)
      let x = v128.load32_splat(a0)
      s00 = multiplyAdd(s00, x, b0)
      s01 = multiplyAdd(s01, x, b1)
      x = v128.load32_splat(a1)
      s10 = multiplyAdd(s10, x, b0)
      s11 = multiplyAdd(s11, x, b1)
      x = v128.load32_splat(a2)
      s20 = multiplyAdd(s20, x, b0)
      s21 = multiplyAdd(s21, x, b1)
      x = v128.load32_splat(a3)
      s30 = multiplyAdd(s30, x, b0)
      s31 = multiplyAdd(s31, x, b1)
      if (n == 1) break
      a0 += aTerm
      a1 += aTerm
      a2 += aTerm
      a3 += aTerm
      term += bRow
      b0 = v128.load(term)
      b1 = v128.load(term, 16)
      x = v128.load32_splat(a0)
      s00 = multiplyAdd(s00, x, b0)
      s01 = multiplyAdd(s01, x, b1)
      x = v128.load32_splat(a1)
      s10 = multiplyAdd(s10, x, b0)
      s11 = multiplyAdd(s11, x, b1)
      x = v128.load32_splat(a2)
      s20 = multiplyAdd(s20, x, b0)
      s21 = multiplyAdd(s21, x, b1)
      x = v128.load32_splat(a3)
      s30 = multiplyAdd(s30, x, b0)
      s31 = multiplyAdd(s31, x, b1)
      a0 += aTerm
      a1 += aTerm
      a2 += aTerm
      a3 += aTerm
      term += bRow
    }
    if (flags & GemmFlags.relu) {
      s00 = relu(s00)
      s01 = relu(s01)
      s10 = relu(s10)
      s11 = relu(s11)
      s20 = relu(s20)
      s21 = relu(s21)
      s30 = relu(s30)
      s31 = relu(s31)
    }
    v128.store(c, s00)
    v128.store(c, s01, 16)
    v128.store(c1, s10)
    v128.store(c1, s11, 16)
    v128.store(c2, s20)
    v128.store(c2, s21, 16)
    v128.store(c3, s30)
    v128.store(c3, s31, 16)
  }
}

export function strip1x8(a: usize, aRow: usize, aTerm: usize, b: usize, bRow: usize, c: usize, cRow: usize, k: i32, m: i32, bias: usize, flags: i32): void {
  for (; m > 0; m--, a += aRow, c += cRow) {
    let a0 = a
    let s00 = f32x4.splat(0)
    let s01 = s00
    if (flags & GemmFlags.keep) {
      s00 = v128.load(c)
      s01 = v128.load(c, 16)
    } else if (bias) {
      s00 = v128.load(bias)
      s01 = v128.load(bias, 16)
    }
    let term = b
    for (let n = k; n > 0; n--) {
      const b0 = v128.load(term)
      const b1 = v128.load(term, 16)
      const x = v128.load32_splat(a0)
      s00 = multiplyAdd(s00, x, b0)
      s01 = multiplyAdd(s01, x, b1)
      a0 += aTerm
      term += bRow
    }
    if (flags & GemmFlags.relu) {
      s00 = relu(s00)
      s01 = relu(s01)
    }
    v128.store(c, s00)
    v128.store(c, s01, 16)
  }
}

export function strip4x4(a: usize, aRow: usize, aTerm: usize, b: usize, bRow: usize, c: usize, cRow: usize, k: i32, m: i32, bias: usize, flags: i32): void {
  for (; m >= 4; m -= 4, a += aRow << 2, c += cRow << 2) {
    let a0 = a
    let a1 = a0 + aRow
    let a2 = a1 + aRow
    let a3 = a2 + aRow
    const c1 = c + cRow
    const c2 = c1 + cRow
    const c3 = c2 + cRow
    let s00 = f32x4.splat(0)
    let s10 = s00
    let s20 = s00
    let s30 = s00
    if (flags & GemmFlags.keep) {
      s00 = v128.load(c)
      s10 = v128.load(c1)
      s20 = v128.load(c2)
      s30 = v128.load(c3)
    } else if (bias) {
      s00 = v128.load(bias)
      s10 = s00
      s20 = s00
      s30 = s00
    }
    let term = b
    for (let n = k; n > 0; n -= 2) {
      let b0 = v128.load(term)
      let x = v128.load32_splat(a0)
      s00 = multiplyAdd(s00, x, b0)
      x = v128.load32_splat(a1)
      s10 = multiplyAdd(s10, x, b0)
      x = v128.load32_splat(a2)
      s20 = multiplyAdd(s20, x, b0)
      x = v128.load32_splat(a3)
      s30 = multiplyAdd(s30, x, b0)
      if (n == 1) break
      a0 += aTerm
      a1 += aTerm
      a2 += aTerm
      a3 += aTerm
      term += bRow
      b0 = v128.load(term)
      x = v128.load32_splat(a0)
      s00 = multiplyAdd(s00, x, b0)
      x = v128.load32_splat(a1)
      s10 = multiplyAdd(s10, x, b0)
      x = v128.load32_splat(a2)
      s20 = multiplyAdd(s20, x, b0)
      x = v128.load32_splat(a3)
      s30 = multiplyAdd(s30, x, b0)
      a0 += aTerm
      a1 += aTerm
      a2 += aTerm
      a3 += aTerm
      term += bRow
    }
    if (flags & GemmFlags.relu) {
      s00 = relu(s00)
      s10 = relu(s10)
      s20 = relu(s20)
      s30 = relu(s30)
    }
    v128.store(c, s00)
    v128.store(c1, s10)
    v128.store(c2, s20)
    v128.store(c3, s30)
  }
}

export function strip1x4(a: usize, aRow: usize, aTerm: usize, b: usize, bRow: usize, c: usize, cRow: usize, k: i32, m: i32, bias: usize, flags: i32): void {
  for (; m > 0; m--, a += aRow, c += cRow) {
    let a0 = a
    let s00 = f32x4.splat(0)
    if (flags & GemmFlags.keep) {
      s00 = v128.load(c)
    } else if (bias) {
      s00 = v128.load(bias)
    }
    let term = b
    for (let n = k; n > 0; n--) {
      const b0 = v128.load(term)
      const x = v128.load32_splat(a0)
      s00 = multiplyAdd(s00, x, b0)
      a0 += aTerm
      term += bRow
    }
    if (flags & GemmFlags.relu) {
      s00 = relu(s00)
    }
    v128.store(c, s00)
  }
}
