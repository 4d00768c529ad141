/**
 * Normal random numbers, the bits of `normalNoise` in @treadle/core, which names the sources of the polynomials.
 */

/** ln t by lane of normal positive numbers. */
// @ts-ignore: decorator
@inline
function logF32x4(t: v128): v128 {
  // t = m · 2ᵏ with m from √½ to √2.
  const k = i32x4.shr_s(i32x4.sub(t, i32x4.splat(0x3f3504f3)), 23)
  const m = i32x4.sub(t, i32x4.shl(k, 23))
  const exponent = f32x4.convert_i32x4_s(k)
  const r = f32x4.sub(m, f32x4.splat(1))
  const square = f32x4.mul(r, r)
  let p = f32x4.splat(7.0376836292e-2)
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(-1.151461031e-1))
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.167699874e-1))
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(-1.2420140846e-1))
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.4249322787e-1))
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(-1.6668057665e-1))
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(2.0000714765e-1))
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(-2.4999993993e-1))
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(3.3333331174e-1))
  const cube = f32x4.mul(f32x4.mul(p, r), square)
  const low = f32x4.sub(
    f32x4.add(cube, f32x4.mul(exponent, f32x4.splat(-2.1219444e-4))),
    f32x4.mul(f32x4.splat(0.5), square),
  )
  return f32x4.add(f32x4.add(r, low), f32x4.mul(exponent, f32x4.splat(0.693359375)))
}

// @ts-ignore: decorator
@inline
function centre(x: v128): v128 {
  let p = f32x4.splat(2.81022636e-8)
  p = f32x4.add(f32x4.mul(p, x), f32x4.splat(3.43273939e-7))
  p = f32x4.add(f32x4.mul(p, x), f32x4.splat(-3.5233877e-6))
  p = f32x4.add(f32x4.mul(p, x), f32x4.splat(-4.39150654e-6))
  p = f32x4.add(f32x4.mul(p, x), f32x4.splat(2.1858087e-4))
  p = f32x4.add(f32x4.mul(p, x), f32x4.splat(-1.25372503e-3))
  p = f32x4.add(f32x4.mul(p, x), f32x4.splat(-4.17768164e-3))
  p = f32x4.add(f32x4.mul(p, x), f32x4.splat(2.46640727e-1))
  p = f32x4.add(f32x4.mul(p, x), f32x4.splat(1.50140941))
  return p
}

// @ts-ignore: decorator
@inline
function tail(x: v128): v128 {
  let p = f32x4.splat(-2.00214257e-4)
  p = f32x4.add(f32x4.mul(p, x), f32x4.splat(1.00950558e-4))
  p = f32x4.add(f32x4.mul(p, x), f32x4.splat(1.34934322e-3))
  p = f32x4.add(f32x4.mul(p, x), f32x4.splat(-3.67342844e-3))
  p = f32x4.add(f32x4.mul(p, x), f32x4.splat(5.73950773e-3))
  p = f32x4.add(f32x4.mul(p, x), f32x4.splat(-7.6224613e-3))
  p = f32x4.add(f32x4.mul(p, x), f32x4.splat(9.43887047e-3))
  p = f32x4.add(f32x4.mul(p, x), f32x4.splat(1.00167406))
  p = f32x4.add(f32x4.mul(p, x), f32x4.splat(2.83297682))
  return p
}

/** The standard normal number of each lane's 32 random bits, of which it uses the upper 24. */
export function normalF32x4(words: v128): v128 {
  const k = i32x4.shr_u(words, 8)
  const odd = i32x4.sub(i32x4.add(i32x4.add(k, k), i32x4.splat(1)), i32x4.splat(0x1000000))
  const x = f32x4.mul(f32x4.convert_i32x4_s(odd), f32x4.splat(5.9604644775390625e-8))
  const size = f32x4.abs(x)
  const one = f32x4.splat(1)
  const w = f32x4.neg(logF32x4(f32x4.mul(f32x4.sub(one, size), f32x4.add(one, size))))
  const p = v128.bitselect(
    centre(f32x4.sub(w, f32x4.splat(2.5))),
    tail(f32x4.sub(f32x4.sqrt(w), f32x4.splat(3))),
    f32x4.lt(w, f32x4.splat(5)),
  )
  return f32x4.mul(f32x4.mul(p, x), f32x4.splat(1.41421356237))
}
