import { ActivationKind } from './generated/records'
import { expF64x2, log } from './math'

/**
 * Activations that are not made of straight pieces, in float64 by two lanes: rounded once to float32, their error is that
 * rounding. The one exception is gelu, whose error function is good to 1.2e-7.
 */

// @ts-ignore: decorator
@inline
function splat(value: f64): v128 {
  return f64x2.splat(value)
}

/** eˣ; what is above 709 counts as 709. */
// @ts-ignore: decorator
@inline
function exp(x: v128): v128 {
  return expF64x2(f64x2.min(x, splat(709)))
}

/** eˣ − 1 for x ≤ 0. */
function expMinusOne(x: v128): v128 {
  const series = f64x2.add(splat(0.5), f64x2.mul(x, splat(1.0 / 6.0)))
  const small = f64x2.add(x, f64x2.mul(f64x2.mul(x, x), series))
  return v128.bitselect(small, f64x2.sub(exp(x), splat(1)), f64x2.gt(x, splat(-1e-4)))
}

/** log(1 + e) for 0 ≤ e ≤ 1. */
function logOnePlus(e: f64): f64 {
  return e < 1e-4 ? e - e * e * (0.5 - e * (1.0 / 3.0)) : log(1 + e)
}

/** 1 / (1 + e⁻ˣ) */
// @ts-ignore: decorator
@inline
function sigmoid(x: v128): v128 {
  return f64x2.div(splat(1), f64x2.add(splat(1), exp(f64x2.neg(x))))
}

/** Where x > 0, `above`, else `below`. */
// @ts-ignore: decorator
@inline
function bySign(x: v128, above: v128, below: v128): v128 {
  return v128.bitselect(above, below, f64x2.gt(x, splat(0)))
}

/** The normal distribution's probability below x, by the complementary error function of Numerical Recipes. */
function normalBelow(x: v128): v128 {
  const z = f64x2.mul(f64x2.abs(x), splat(0.7071067811865476))
  const t = f64x2.div(splat(1), f64x2.add(splat(1), f64x2.mul(z, splat(0.5))))
  let p = splat(0.17087277)
  p = f64x2.add(f64x2.mul(p, t), splat(-0.82215223))
  p = f64x2.add(f64x2.mul(p, t), splat(1.48851587))
  p = f64x2.add(f64x2.mul(p, t), splat(-1.13520398))
  p = f64x2.add(f64x2.mul(p, t), splat(0.27886807))
  p = f64x2.add(f64x2.mul(p, t), splat(-0.18628806))
  p = f64x2.add(f64x2.mul(p, t), splat(0.09678418))
  p = f64x2.add(f64x2.mul(p, t), splat(0.37409196))
  p = f64x2.add(f64x2.mul(p, t), splat(1.00002368))
  p = f64x2.add(f64x2.mul(p, t), splat(-1.26551223))
  const tail = f64x2.mul(f64x2.mul(t, splat(0.5)), exp(f64x2.sub(p, f64x2.mul(z, z))))
  return bySign(x, f64x2.sub(splat(1), tail), tail)
}

/** 2·√(2/π)·(x + 0.044715·x³): gelu's approximation is x · sigmoid of this. */
// @ts-ignore: decorator
@inline
function geluArgument(x: v128): v128 {
  const cubic = f64x2.add(splat(1), f64x2.mul(f64x2.mul(x, x), splat(0.044715)))
  return f64x2.mul(f64x2.mul(x, splat(1.5957691216057308)), cubic)
}

/** tanh(log(1 + eˣ)) = n / (n + 2) with n = eˣ(eˣ + 2). */
// @ts-ignore: decorator
@inline
function mishTerm(x: v128): v128 {
  const e = exp(f64x2.min(x, splat(40)))
  return f64x2.mul(e, f64x2.add(e, splat(2)))
}

/** x − tanh(x); its series near 0. */
function tanhShrink(x: v128): v128 {
  const square = f64x2.mul(x, x)
  let p = f64x2.add(splat(-2.0 / 15.0), f64x2.mul(square, splat(17.0 / 315.0)))
  p = f64x2.add(splat(1.0 / 3.0), f64x2.mul(square, p))
  const small = f64x2.mul(f64x2.mul(x, square), p)
  const tanh = f64x2.sub(f64x2.mul(splat(2), sigmoid(f64x2.add(x, x))), splat(1))
  return v128.bitselect(small, f64x2.sub(x, tanh), f64x2.lt(square, splat(4e-4)))
}

/** f(x). See `activationKinds` for alpha and beta. */
export function smooth(kind: i32, x: v128, alpha: f64, beta: f64): v128 {
  let y: v128 = x
  if (kind == ActivationKind.elu) {
    const below = f64x2.mul(splat(alpha), expMinusOne(f64x2.min(x, splat(0))))
    y = f64x2.mul(splat(beta), bySign(x, x, below))
  } else if (kind == ActivationKind.gelu) y = f64x2.mul(x, normalBelow(x))
  else if (kind == ActivationKind.geluTanh) y = f64x2.mul(x, sigmoid(geluArgument(x)))
  else if (kind == ActivationKind.silu) y = f64x2.mul(x, sigmoid(x))
  else if (kind == ActivationKind.mish) {
    const n = mishTerm(x)
    y = f64x2.div(f64x2.mul(x, n), f64x2.add(n, splat(2)))
  } else if (kind == ActivationKind.softplus) {
    const z = f64x2.mul(x, splat(alpha))
    const e = exp(f64x2.neg(f64x2.abs(z)))
    let rest = splat(logOnePlus(f64x2.extract_lane(e, 0)))
    rest = f64x2.replace_lane(rest, 1, logOnePlus(f64x2.extract_lane(e, 1)))
    y = f64x2.mul(splat(beta), f64x2.add(f64x2.max(z, splat(0)), rest))
  } else if (kind == ActivationKind.softsign) y = f64x2.div(x, f64x2.add(splat(1), f64x2.abs(x)))
  else if (kind == ActivationKind.exponential) y = exp(x)
  else if (kind == ActivationKind.hardSilu) y = f64x2.mul(x, clamp(f64x2.add(f64x2.mul(x, splat(1.0 / 6.0)), splat(0.5))))
  else if (kind == ActivationKind.sparsePlus) {
    const half = clamp(f64x2.mul(f64x2.add(x, splat(1)), splat(0.5)))
    y = f64x2.add(f64x2.mul(half, half), f64x2.max(f64x2.sub(x, splat(1)), splat(0)))
  } else if (kind == ActivationKind.squareplus) y = f64x2.mul(splat(0.5), f64x2.add(x, squareplusRoot(x)))
  else if (kind == ActivationKind.tanhShrink) y = tanhShrink(x)
  else if (kind == ActivationKind.shrink) {
    const away = v128.or(splat(beta), v128.and(x, splat(-0.0)))
    y = v128.and(f64x2.sub(x, away), f64x2.gt(f64x2.abs(x), splat(alpha)))
  }
  return v128.bitselect(x, y, f64x2.ne(x, x))
}

/** f′(x) */
export function smoothSlope(kind: i32, x: v128, alpha: f64, beta: f64): v128 {
  const one = splat(1)
  if (kind == ActivationKind.elu) {
    return f64x2.mul(splat(beta), bySign(x, one, f64x2.mul(splat(alpha), exp(f64x2.min(x, splat(0))))))
  }
  if (kind == ActivationKind.gelu) {
    const density = f64x2.mul(splat(0.3989422804014327), exp(f64x2.mul(f64x2.mul(x, x), splat(-0.5))))
    return f64x2.add(normalBelow(x), f64x2.mul(x, density))
  }
  if (kind == ActivationKind.geluTanh) {
    const u = geluArgument(x)
    const derivative = f64x2.mul(splat(1.5957691216057308), f64x2.add(one, f64x2.mul(f64x2.mul(x, x), splat(0.134145))))
    const s = sigmoid(u)
    return f64x2.add(s, f64x2.mul(f64x2.mul(x, f64x2.mul(s, sigmoid(f64x2.neg(u)))), derivative))
  }
  if (kind == ActivationKind.silu) {
    const s = sigmoid(x)
    return f64x2.mul(s, f64x2.add(one, f64x2.mul(x, sigmoid(f64x2.neg(x)))))
  }
  if (kind == ActivationKind.mish) {
    const n = mishTerm(x)
    const sum = f64x2.add(n, splat(2))
    const rest = f64x2.div(f64x2.mul(splat(4), f64x2.add(n, one)), f64x2.mul(sum, sum))
    return f64x2.add(f64x2.div(n, sum), f64x2.mul(x, f64x2.mul(rest, sigmoid(x))))
  }
  if (kind == ActivationKind.softplus) return f64x2.mul(splat(alpha * beta), sigmoid(f64x2.mul(x, splat(alpha))))
  if (kind == ActivationKind.softsign) {
    const sum = f64x2.add(one, f64x2.abs(x))
    return f64x2.div(one, f64x2.mul(sum, sum))
  }
  if (kind == ActivationKind.exponential) return exp(x)
  if (kind == ActivationKind.hardSilu) {
    const inside = f64x2.add(f64x2.mul(x, splat(1.0 / 3.0)), splat(0.5))
    return v128.bitselect(inside, bySign(x, one, splat(0)), f64x2.lt(f64x2.abs(x), splat(3)))
  }
  if (kind == ActivationKind.sparsePlus) return clamp(f64x2.mul(f64x2.add(x, one), splat(0.5)))
  if (kind == ActivationKind.squareplus) return f64x2.mul(splat(0.5), f64x2.add(one, f64x2.div(x, squareplusRoot(x))))
  if (kind == ActivationKind.tanhShrink) {
    const tanh = f64x2.sub(f64x2.mul(splat(2), sigmoid(f64x2.add(x, x))), one)
    return f64x2.mul(tanh, tanh)
  }
  // Shrink.
  return v128.and(one, f64x2.gt(f64x2.abs(x), splat(alpha)))
}

/** Between 0 and 1. */
// @ts-ignore: decorator
@inline
function clamp(x: v128): v128 {
  return f64x2.max(splat(0), f64x2.min(splat(1), x))
}

// @ts-ignore: decorator
@inline
function squareplusRoot(x: v128): v128 {
  return f64x2.sqrt(f64x2.add(f64x2.mul(x, x), splat(4)))
}
