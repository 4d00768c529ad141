/*
 * exp, log and cos by + − × ÷ alone. The last bits of `Math.exp` and its like differ between engines and versions,
 * and these functions reach weights. They are within 1e-15 of the true value: exp and log relative, cos absolute.
 */

const LN2_HIGH = 0.6931471803691238 // the leading 32 bits of ln 2, so that k · LN2_HIGH is exact
const LN2_LOW = 1.9082149292705877e-10

/** 1/n! for n = 0 … 21. */
const INVERSE_FACTORIALS = ((): readonly number[] => {
  const out = [1]
  let factorial = 1 // exact up to 18!, and the rest to within half a unit
  for (let n = 1; n <= 21; n++) out.push(1 / (factorial *= n))
  return out
})()

const bits = new DataView(new ArrayBuffer(8))

/** 2ᵏ for −1022 ≤ k ≤ 1023. */
function powerOfTwo(k: number): number {
  bits.setInt32(0, (k + 1023) << 20)
  bits.setInt32(4, 0)
  return bits.getFloat64(0)
}

/** eˣ; 0 below −700, Infinity above 709. */
export function exp(x: number): number {
  if (x < -700) return 0
  if (!(x <= 709)) return x > 709 ? Infinity : Number.NaN
  const k = Math.round(x * Math.LOG2E)
  const r = x - k * LN2_HIGH - k * LN2_LOW // |r| ≤ ln 2 / 2, where the fourteenth term is under 1e-17
  let sum = INVERSE_FACTORIALS[13] as number
  for (let n = 12; n >= 0; n--) sum = sum * r + (INVERSE_FACTORIALS[n] as number)
  return sum * powerOfTwo(k)
}

/** Natural logarithm of a normal positive number; −Infinity for 0. */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : Number.NaN
  if (x === Infinity) return x
  bits.setFloat64(0, x)
  const high = bits.getInt32(0)
  let k = (high >> 20) - 1023
  bits.setInt32(0, (high & 0xfffff) | 0x3ff00000)
  let m = bits.getFloat64(0) // x = m · 2ᵏ, 1 ≤ m < 2
  if (m > Math.SQRT2) {
    m /= 2
    k += 1
  }
  const s = (m - 1) / (m + 1) // ln m = 2 artanh s, |s| < 0.172
  const s2 = s * s
  let sum = 0
  for (let n = 23; n >= 1; n -= 2) sum = sum * s2 + 1 / n
  return k * LN2_HIGH + (2 * s * sum + k * LN2_LOW)
}

/** cos(π·u) for u in [0, 1]. */
export function cosPi(u: number): number {
  const x = Math.PI * (0.5 - u) // cos(πu) = sin(π/2 − πu)
  const x2 = x * x
  let sum = 0
  for (let n = 21; n >= 1; n -= 2) sum = (INVERSE_FACTORIALS[n] as number) - sum * x2
  return x * sum
}
