import type { RandomStream } from './random.ts'

/*
 * Normal random numbers by + − × ÷ √ alone, each operation rounded to float32, as the kernels compute them four at a
 * time: the same bits in both.
 */

const f = Math.fround

/** Cephes's logf: (ln(1 + r) − r + r²/2) / r³ for 1 + r from √½ to √2. */
const LOG = Float32Array.of(
  7.0376836292e-2,
  -1.151461031e-1,
  1.167699874e-1,
  -1.2420140846e-1,
  1.4249322787e-1,
  -1.6668057665e-1,
  2.0000714765e-1,
  -2.4999993993e-1,
  3.3333331174e-1,
)
/** Giles, "Approximating the erfinv function" (2010): erfinv(x) / x in w − 2.5, and in √w − 3, with w = −ln(1 − x²). */
const CENTRE = Float32Array.of(
  2.81022636e-8,
  3.43273939e-7,
  -3.5233877e-6,
  -4.39150654e-6,
  2.1858087e-4,
  -1.25372503e-3,
  -4.17768164e-3,
  2.46640727e-1,
  1.50140941,
)
const TAIL = Float32Array.of(
  -2.00214257e-4,
  1.00950558e-4,
  1.34934322e-3,
  -3.67342844e-3,
  5.73950773e-3,
  -7.6224613e-3,
  9.43887047e-3,
  1.00167406,
  2.83297682,
)

const LN2_HIGH = f(0.693359375)
const LN2_LOW = f(-2.1219444e-4)
const SQRT_HALF_BITS = 0x3f3504f3

const floats = new Float32Array(1)
const bits = new Int32Array(floats.buffer)

function polynomial(coefficients: Float32Array, x: number): number {
  let sum = coefficients[0] as number
  for (let i = 1; i < coefficients.length; i++) sum = f(f(sum * x) + (coefficients[i] as number))
  return sum
}

/** ln t of a normal positive float32. */
function logFloat(t: number): number {
  floats[0] = t
  // t = m · 2ᵏ with m from √½ to √2.
  const k = ((bits[0] as number) - SQRT_HALF_BITS) >> 23
  bits[0] = (bits[0] as number) - (k << 23)
  const r = f(floats[0] - 1)
  const square = f(r * r)
  const cube = f(f(polynomial(LOG, r) * r) * square)
  const low = f(f(cube + f(k * LN2_LOW)) - f(0.5 * square))
  return f(f(r + low) + f(k * LN2_HIGH))
}

/** The standard normal number of 32 random bits, of which it uses the upper 24: in (−5.5, 5.5). */
function normal(word: number): number {
  // Σ of the upper bits and a half, from −1 to 1: exact.
  const x = f((2 * (word >>> 8) + 1 - 0x1000000) / 0x1000000)
  const size = Math.abs(x)
  const w = -logFloat(f(f(1 - size) * f(1 + size)))
  const p = w < 5 ? polynomial(CENTRE, f(w - 2.5)) : polynomial(TAIL, f(f(Math.sqrt(w)) - 3))
  return f(f(p * x) * f(Math.SQRT2))
}

/**
 * Draws the noise of a layer, as every executor does: number i of `out` comes from word i of the stream. Mean 0, standard
 * deviation 1.
 */
export function normalNoise(stream: RandomStream, out: Float32Array): void {
  for (let i = 0; i < out.length; i++) out[i] = normal(stream.at(i))
}
