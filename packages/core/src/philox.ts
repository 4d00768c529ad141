/**
 * Philox4x32, the counter-based generator of Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3" (SC11).
 * It is a pure function from (counter, key) to 128 random bits and has no state, so any thread can compute any number.
 * Seven rounds are the fewest that pass BigCrush in the paper. Dropout draws 27,000 16-bit numbers a step; three more
 * rounds would make that 40 % slower. All arithmetic is on 32-bit integers, so every engine gives the same bits.
 */
const M0 = 0xd2511f53
const M1 = 0xcd9e8d57
const W0 = 0x9e3779b9
const W1 = 0xbb67ae85
const ROUNDS = 7

/** High 32 bits of the unsigned product a × b. */
function mulHigh(a: number, b: number): number {
  const aLow = a & 0xffff
  const aHigh = a >>> 16
  const bLow = b & 0xffff
  const bHigh = b >>> 16
  const low = aLow * bLow
  const mid1 = aHigh * bLow + (low >>> 16)
  const mid2 = aLow * bHigh + (mid1 & 0xffff)
  return (aHigh * bHigh + Math.floor(mid1 / 0x10000) + Math.floor(mid2 / 0x10000)) >>> 0
}

/**
 * Writes the four uint32 words of block (c0, c1, c2, c3) under key (k0, k1) to `out[offset … offset + 3]`.
 * All arguments are taken modulo 2³².
 */
export function philox4x32(
  c0: number,
  c1: number,
  c2: number,
  c3: number,
  k0: number,
  k1: number,
  out: Uint32Array,
  offset = 0,
): void {
  let x0 = c0 >>> 0
  let x1 = c1 >>> 0
  let x2 = c2 >>> 0
  let x3 = c3 >>> 0
  let key0 = k0 >>> 0
  let key1 = k1 >>> 0
  for (let round = 0; round < ROUNDS; round++) {
    const high0 = mulHigh(M0, x0)
    const low0 = Math.imul(M0, x0) >>> 0
    const high1 = mulHigh(M1, x2)
    const low1 = Math.imul(M1, x2) >>> 0
    x0 = (high1 ^ x1 ^ key0) >>> 0
    x1 = low1
    x2 = (high0 ^ x3 ^ key1) >>> 0
    x3 = low0
    key0 = (key0 + W0) >>> 0
    key1 = (key1 + W1) >>> 0
  }
  out[offset] = x0
  out[offset + 1] = x1
  out[offset + 2] = x2
  out[offset + 3] = x3
}
