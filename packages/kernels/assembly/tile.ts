import { multiplyAdd } from './multiply-add'

/**
 * Register tiles: C[i, j] = Σ_k A[i, k]·B[k, j], row i, term k of A at a + i·aRow + k·aTerm, so that one function
 * serves products over columns of A (aTerm 4) and over its rows (aRow 4).
 *
 * WASM has 16 registers at best. 2×16 keeps eight sums, four columns of B and one number of A in them; measured
 * against 4×8, 3×12, 3×16, 6×8 and unrolled forms it is within 3 % of the best, and as fast as the same loop from gcc.
 * What a tile begins and ends with is decided once for all its sums: decided for each, 28 terms took 6 % longer.
 */

/** Add to what C holds. */
export const KEEP = 2
/** max(0, ·) at the end; NaN stays NaN. */
export const RELU = 1

// @ts-ignore: decorator
@inline
function relu(sum: v128): v128 {
  return f32x4.pmax(sum, f32x4.splat(0))
}

export function tile2x16(a0: usize, aRow: usize, aTerm: usize, b: usize, bRow: usize, c0: usize, cRow: usize, k: i32, bias: usize, flags: i32): void {
  let a1 = a0 + aRow
  const c1 = c0 + cRow
  let s00 = f32x4.splat(0)
  let s01 = s00
  let s02 = s00
  let s03 = s00
  let s10 = s00
  let s11 = s00
  let s12 = s00
  let s13 = s00
  if (flags & KEEP) {
    s00 = v128.load(c0)
    s01 = v128.load(c0, 16)
    s02 = v128.load(c0, 32)
    s03 = v128.load(c0, 48)
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
  if (flags & RELU) {
    s00 = relu(s00)
    s01 = relu(s01)
    s02 = relu(s02)
    s03 = relu(s03)
    s10 = relu(s10)
    s11 = relu(s11)
    s12 = relu(s12)
    s13 = relu(s13)
  }
  v128.store(c0, s00)
  v128.store(c0, s01, 16)
  v128.store(c0, s02, 32)
  v128.store(c0, s03, 48)
  v128.store(c1, s10)
  v128.store(c1, s11, 16)
  v128.store(c1, s12, 32)
  v128.store(c1, s13, 48)
}

export function tile1x16(a0: usize, aTerm: usize, b: usize, bRow: usize, c0: usize, k: i32, bias: usize, flags: i32): void {
  let s00 = f32x4.splat(0)
  let s01 = s00
  let s02 = s00
  let s03 = s00
  if (flags & KEEP) {
    s00 = v128.load(c0)
    s01 = v128.load(c0, 16)
    s02 = v128.load(c0, 32)
    s03 = v128.load(c0, 48)
  } else if (bias) {
    s00 = v128.load(bias)
    s01 = v128.load(bias, 16)
    s02 = v128.load(bias, 32)
    s03 = v128.load(bias, 48)
  }
  while (k-- > 0) {
    const b0 = v128.load(b)
    const b1 = v128.load(b, 16)
    const b2 = v128.load(b, 32)
    const b3 = v128.load(b, 48)
    const x = v128.load32_splat(a0)
    s00 = multiplyAdd(s00, x, b0)
    s01 = multiplyAdd(s01, x, b1)
    s02 = multiplyAdd(s02, x, b2)
    s03 = multiplyAdd(s03, x, b3)
    a0 += aTerm
    b += bRow
  }
  if (flags & RELU) {
    s00 = relu(s00)
    s01 = relu(s01)
    s02 = relu(s02)
    s03 = relu(s03)
  }
  v128.store(c0, s00)
  v128.store(c0, s01, 16)
  v128.store(c0, s02, 32)
  v128.store(c0, s03, 48)
}

export function tile4x8(a0: usize, aRow: usize, aTerm: usize, b: usize, bRow: usize, c0: usize, cRow: usize, k: i32, bias: usize, flags: i32): void {
  let a1 = a0 + aRow
  let a2 = a1 + aRow
  let a3 = a2 + aRow
  const c1 = c0 + cRow
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
  if (flags & KEEP) {
    s00 = v128.load(c0)
    s01 = v128.load(c0, 16)
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
  if (flags & RELU) {
    s00 = relu(s00)
    s01 = relu(s01)
    s10 = relu(s10)
    s11 = relu(s11)
    s20 = relu(s20)
    s21 = relu(s21)
    s30 = relu(s30)
    s31 = relu(s31)
  }
  v128.store(c0, s00)
  v128.store(c0, s01, 16)
  v128.store(c1, s10)
  v128.store(c1, s11, 16)
  v128.store(c2, s20)
  v128.store(c2, s21, 16)
  v128.store(c3, s30)
  v128.store(c3, s31, 16)
}

export function tile1x8(a0: usize, aTerm: usize, b: usize, bRow: usize, c0: usize, k: i32, bias: usize, flags: i32): void {
  let s00 = f32x4.splat(0)
  let s01 = s00
  if (flags & KEEP) {
    s00 = v128.load(c0)
    s01 = v128.load(c0, 16)
  } else if (bias) {
    s00 = v128.load(bias)
    s01 = v128.load(bias, 16)
  }
  while (k-- > 0) {
    const b0 = v128.load(b)
    const b1 = v128.load(b, 16)
    const x = v128.load32_splat(a0)
    s00 = multiplyAdd(s00, x, b0)
    s01 = multiplyAdd(s01, x, b1)
    a0 += aTerm
    b += bRow
  }
  if (flags & RELU) {
    s00 = relu(s00)
    s01 = relu(s01)
  }
  v128.store(c0, s00)
  v128.store(c0, s01, 16)
}

export function tile4x4(a0: usize, aRow: usize, aTerm: usize, b: usize, bRow: usize, c0: usize, cRow: usize, k: i32, bias: usize, flags: i32): void {
  let a1 = a0 + aRow
  let a2 = a1 + aRow
  let a3 = a2 + aRow
  const c1 = c0 + cRow
  const c2 = c1 + cRow
  const c3 = c2 + cRow
  let s00 = f32x4.splat(0)
  let s10 = s00
  let s20 = s00
  let s30 = s00
  if (flags & KEEP) {
    s00 = v128.load(c0)
    s10 = v128.load(c1)
    s20 = v128.load(c2)
    s30 = v128.load(c3)
  } else if (bias) {
    s00 = v128.load(bias)
    s10 = s00
    s20 = s00
    s30 = s00
  }
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
  if (flags & RELU) {
    s00 = relu(s00)
    s10 = relu(s10)
    s20 = relu(s20)
    s30 = relu(s30)
  }
  v128.store(c0, s00)
  v128.store(c1, s10)
  v128.store(c2, s20)
  v128.store(c3, s30)
}

export function tile1x4(a0: usize, aTerm: usize, b: usize, bRow: usize, c0: usize, k: i32, bias: usize, flags: i32): void {
  let s00 = f32x4.splat(0)
  if (flags & KEEP) {
    s00 = v128.load(c0)
  } else if (bias) {
    s00 = v128.load(bias)
  }
  while (k-- > 0) {
    const b0 = v128.load(b)
    const x = v128.load32_splat(a0)
    s00 = multiplyAdd(s00, x, b0)
    a0 += aTerm
    b += bRow
  }
  if (flags & RELU) {
    s00 = relu(s00)
  }
  v128.store(c0, s00)
}
