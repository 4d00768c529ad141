import { multiplyAdd } from './multiply-add'

/**
 * Register tiles: C[i, j] = Σ_k A[i, k]·B[k, j], row i, term k of A at a + i·aRow + k·aTerm, so that one function
 * serves products over columns of A (aTerm 4) and over its rows (aRow 4).
 *
 * WASM has 16 registers at best. 2×16 keeps eight sums, four columns of B and one number of A in them; measured
 * against 4×8, 3×12, 3×16, 6×8 and unrolled forms it is within 3 % of the best, and as fast as the same loop from gcc.
 */

/** Add to what C holds. */
export const KEEP = 2
/** max(0, ·) at the end; NaN stays NaN. */
export const RELU = 1

// @ts-ignore: decorator
@inline
function begin(bias: usize, c: usize, at: usize, flags: i32): v128 {
  if (flags & KEEP) return v128.load(c + at)
  return bias ? v128.load(bias + at) : f32x4.splat(0)
}

// @ts-ignore: decorator
@inline
function end(c: usize, value: v128, relu: i32, offset: usize): void {
  v128.store(c + offset, relu ? f32x4.pmax(value, f32x4.splat(0)) : value)
}

export function tile2x16(a0: usize, aRow: usize, aTerm: usize, b: usize, bRow: usize, c0: usize, cRow: usize, k: i32, bias: usize, flags: i32): void {
  let a1 = a0 + aRow
  const c1 = c0 + cRow
  let s00 = begin(bias, c0, 0, flags)
  let s01 = begin(bias, c0, 16, flags)
  let s02 = begin(bias, c0, 32, flags)
  let s03 = begin(bias, c0, 48, flags)
  let s10 = begin(bias, c1, 0, flags)
  let s11 = begin(bias, c1, 16, flags)
  let s12 = begin(bias, c1, 32, flags)
  let s13 = begin(bias, c1, 48, flags)
  while (k-- > 0) {
    const b0 = v128.load(b)
    const b1 = v128.load(b, 16)
    const b2 = v128.load(b, 32)
    const b3 = v128.load(b, 48)
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
    a0 += aTerm
    a1 += aTerm
    b += bRow
  }
  const relu = flags & RELU
  end(c0, s00, relu, 0)
  end(c0, s01, relu, 16)
  end(c0, s02, relu, 32)
  end(c0, s03, relu, 48)
  end(c1, s10, relu, 0)
  end(c1, s11, relu, 16)
  end(c1, s12, relu, 32)
  end(c1, s13, relu, 48)
}

export function tile1x16(a0: usize, aTerm: usize, b: usize, bRow: usize, c0: usize, k: i32, bias: usize, flags: i32): void {
  let s00 = begin(bias, c0, 0, flags)
  let s01 = begin(bias, c0, 16, flags)
  let s02 = begin(bias, c0, 32, flags)
  let s03 = begin(bias, c0, 48, flags)
  while (k-- > 0) {
    const b0 = v128.load(b)
    const b1 = v128.load(b, 16)
    const b2 = v128.load(b, 32)
    const b3 = v128.load(b, 48)
    let x = v128.load32_splat(a0)
    s00 = multiplyAdd(s00, x, b0)
    s01 = multiplyAdd(s01, x, b1)
    s02 = multiplyAdd(s02, x, b2)
    s03 = multiplyAdd(s03, x, b3)
    a0 += aTerm
    b += bRow
  }
  const relu = flags & RELU
  end(c0, s00, relu, 0)
  end(c0, s01, relu, 16)
  end(c0, s02, relu, 32)
  end(c0, s03, relu, 48)
}

export function tile4x8(a0: usize, aRow: usize, aTerm: usize, b: usize, bRow: usize, c0: usize, cRow: usize, k: i32, bias: usize, flags: i32): void {
  let a1 = a0 + aRow
  let a2 = a1 + aRow
  let a3 = a2 + aRow
  const c1 = c0 + cRow
  const c2 = c1 + cRow
  const c3 = c2 + cRow
  let s00 = begin(bias, c0, 0, flags)
  let s01 = begin(bias, c0, 16, flags)
  let s10 = begin(bias, c1, 0, flags)
  let s11 = begin(bias, c1, 16, flags)
  let s20 = begin(bias, c2, 0, flags)
  let s21 = begin(bias, c2, 16, flags)
  let s30 = begin(bias, c3, 0, flags)
  let s31 = begin(bias, c3, 16, flags)
  while (k-- > 0) {
    const b0 = v128.load(b)
    const b1 = v128.load(b, 16)
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
    a0 += aTerm
    a1 += aTerm
    a2 += aTerm
    a3 += aTerm
    b += bRow
  }
  const relu = flags & RELU
  end(c0, s00, relu, 0)
  end(c0, s01, relu, 16)
  end(c1, s10, relu, 0)
  end(c1, s11, relu, 16)
  end(c2, s20, relu, 0)
  end(c2, s21, relu, 16)
  end(c3, s30, relu, 0)
  end(c3, s31, relu, 16)
}

export function tile1x8(a0: usize, aTerm: usize, b: usize, bRow: usize, c0: usize, k: i32, bias: usize, flags: i32): void {
  let s00 = begin(bias, c0, 0, flags)
  let s01 = begin(bias, c0, 16, flags)
  while (k-- > 0) {
    const b0 = v128.load(b)
    const b1 = v128.load(b, 16)
    let x = v128.load32_splat(a0)
    s00 = multiplyAdd(s00, x, b0)
    s01 = multiplyAdd(s01, x, b1)
    a0 += aTerm
    b += bRow
  }
  const relu = flags & RELU
  end(c0, s00, relu, 0)
  end(c0, s01, relu, 16)
}

export function tile4x4(a0: usize, aRow: usize, aTerm: usize, b: usize, bRow: usize, c0: usize, cRow: usize, k: i32, bias: usize, flags: i32): void {
  let a1 = a0 + aRow
  let a2 = a1 + aRow
  let a3 = a2 + aRow
  const c1 = c0 + cRow
  const c2 = c1 + cRow
  const c3 = c2 + cRow
  let s00 = begin(bias, c0, 0, flags)
  let s10 = begin(bias, c1, 0, flags)
  let s20 = begin(bias, c2, 0, flags)
  let s30 = begin(bias, c3, 0, flags)
  while (k-- > 0) {
    const b0 = v128.load(b)
    let x = v128.load32_splat(a0)
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
    b += bRow
  }
  const relu = flags & RELU
  end(c0, s00, relu, 0)
  end(c1, s10, relu, 0)
  end(c2, s20, relu, 0)
  end(c3, s30, relu, 0)
}

export function tile1x4(a0: usize, aTerm: usize, b: usize, bRow: usize, c0: usize, k: i32, bias: usize, flags: i32): void {
  let s00 = begin(bias, c0, 0, flags)
  while (k-- > 0) {
    const b0 = v128.load(b)
    let x = v128.load32_splat(a0)
    s00 = multiplyAdd(s00, x, b0)
    a0 += aTerm
    b += bRow
  }
  const relu = flags & RELU
  end(c0, s00, relu, 0)
}
