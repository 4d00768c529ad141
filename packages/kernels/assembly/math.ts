/**
 * exp and log from + − × ÷: no library functions, whose tables would be data in a memory that belongs to others.
 */

/** eˣ by lane, within 2 units in the last place; 0 far below, +∞ far above, NaN stays NaN. */
export function expF32x4(x: v128): v128 {
  const bounded = f32x4.max(f32x4.min(x, f32x4.splat(89)), f32x4.splat(-88))
  const k = f32x4.nearest(f32x4.mul(bounded, f32x4.splat(1.44269504)))
  // ln 2 in two parts, so that k·0.693359375 is exact.
  const r = f32x4.sub(f32x4.sub(bounded, f32x4.mul(k, f32x4.splat(0.693359375))), f32x4.mul(k, f32x4.splat(-2.12194440e-4)))
  let p = f32x4.splat(1.0 / 5040.0)
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.0 / 720.0))
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.0 / 120.0))
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.0 / 24.0))
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.0 / 6.0))
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(0.5))
  p = f32x4.add(f32x4.add(f32x4.mul(f32x4.mul(p, r), r), r), f32x4.splat(1))
  // 2ᵏ in two factors: k reaches 128, one more than an exponent holds.
  const i = i32x4.trunc_sat_f32x4_s(k)
  const half = i32x4.shr_s(i, 1)
  const a = i32x4.shl(i32x4.add(half, i32x4.splat(127)), 23)
  const b = i32x4.shl(i32x4.add(i32x4.sub(i, half), i32x4.splat(127)), 23)
  return f32x4.mul(f32x4.mul(p, a), b)
}

/** tanh by lane: an odd polynomial below 0.625 (Cephes's coefficients), by exp above. */
export function tanhF32x4(x: v128): v128 {
  const size = f32x4.abs(x)
  const square = f32x4.mul(x, x)
  let p = f32x4.splat(-5.70498872745e-3)
  p = f32x4.add(f32x4.mul(p, square), f32x4.splat(2.06390887954e-2))
  p = f32x4.add(f32x4.mul(p, square), f32x4.splat(-5.37397155531e-2))
  p = f32x4.add(f32x4.mul(p, square), f32x4.splat(1.33314422036e-1))
  p = f32x4.add(f32x4.mul(p, square), f32x4.splat(-3.33332819422e-1))
  const small = f32x4.add(f32x4.mul(f32x4.mul(p, square), x), x)
  const one = f32x4.splat(1)
  const e = expF32x4(f32x4.add(size, size))
  const large = f32x4.sub(one, f32x4.div(f32x4.splat(2), f32x4.add(e, one)))
  const signed = v128.or(large, v128.and(x, f32x4.splat(-0.0)))
  return v128.bitselect(small, signed, f32x4.lt(size, f32x4.splat(0.625)))
}

/** 1 / (1 + e⁻ˣ) by lane. */
export function sigmoidF32x4(x: v128): v128 {
  const one = f32x4.splat(1)
  return f32x4.div(one, f32x4.add(one, expF32x4(f32x4.neg(x))))
}

// Two lanes of float64 for losses, where float32 would not do: 1 − p of a sure answer keeps its digits.
const LN2_HIGH = 0.6931471803691238
const LN2_LOW = 1.9082149292705877e-10

/** eˣ by lane for x ≤ 709, within 1e-15 relative; 0 below −700. */
export function expF64x2(x: v128): v128 {
  const bounded = f64x2.max(x, f64x2.splat(-700))
  const k = f64x2.nearest(f64x2.mul(bounded, f64x2.splat(1.4426950408889634)))
  const r = f64x2.sub(f64x2.sub(bounded, f64x2.mul(k, f64x2.splat(LN2_HIGH))), f64x2.mul(k, f64x2.splat(LN2_LOW)))
  let p = f64x2.splat(1.0 / 6227020800.0)
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 479001600.0))
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 39916800.0))
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 3628800.0))
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 362880.0))
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 40320.0))
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 5040.0))
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 720.0))
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 120.0))
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 24.0))
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 6.0))
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(0.5))
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1))
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1))
  // k + 1.5·2⁵² holds k in its low bits; with the bias added and shifted they are an exponent.
  const bits = f64x2.add(k, f64x2.splat(6755399441055744.0))
  const power = i64x2.shl(i64x2.add(bits, i64x2.splat(1023)), 52)
  return v128.and(f64x2.mul(p, power), f64x2.ge(x, f64x2.splat(-700)))
}

// @ts-ignore: decorator
@inline
export function exp(x: f64): f64 {
  return f64x2.extract_lane(expF64x2(f64x2.splat(x)), 0)
}

/** Natural logarithm of a normal positive number. */
export function log(x: f64): f64 {
  const bits = reinterpret<i64>(x)
  let k = <i32>(bits >> 52) - 1023
  let m = reinterpret<f64>((bits & 0xfffffffffffff) | 0x3ff0000000000000)
  if (m > 1.4142135623730951) {
    m *= 0.5
    k += 1
  }
  const s = (m - 1) / (m + 1) // ln m = 2 artanh s, |s| < 0.172
  const s2 = s * s
  let sum: f64 = 0
  for (let n: f64 = 23; n >= 1; n -= 2) sum = sum * s2 + 1.0 / n
  return <f64>k * LN2_HIGH + (2 * s * sum + <f64>k * LN2_LOW)
}
