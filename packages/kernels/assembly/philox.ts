/**
 * Philox4x32-7 (Salmon et al., SC11) on four consecutive blocks at once; the same function as `philox4x32` of
 * @treadle/core, which says why seven rounds.
 */
const M0: i32 = 0xd2511f53
const M1: i32 = 0xcd9e8d57
const W0: i32 = 0x9e3779b9
const W1: i32 = 0xbb67ae85

/** Writes blocks (block … block + 3, c1, c2, c3), 64 bytes in the order of their words. */
// @ts-ignore: decorator
@inline
export function fourBlocks(out: usize, block: i32, c1: i32, c2: i32, c3: i32, key0: i32, key1: i32): void {
  let x0 = i32x4.add(i32x4.splat(block), i32x4(0, 1, 2, 3))
  let x1 = i32x4.splat(c1)
  let x2 = i32x4.splat(c2)
  let x3 = i32x4.splat(c3)
  const m0 = i32x4.splat(M0)
  const m1 = i32x4.splat(M1)
  for (let round = 0; round < 7; round++) {
    const p0 = i64x2.extmul_low_i32x4_u(x0, m0)
    const p1 = i64x2.extmul_high_i32x4_u(x0, m0)
    const q0 = i64x2.extmul_low_i32x4_u(x2, m1)
    const q1 = i64x2.extmul_high_i32x4_u(x2, m1)
    x0 = v128.xor(v128.xor(v128.shuffle<i32>(q0, q1, 1, 3, 5, 7), x1), i32x4.splat(key0))
    x1 = v128.shuffle<i32>(q0, q1, 0, 2, 4, 6)
    x2 = v128.xor(v128.xor(v128.shuffle<i32>(p0, p1, 1, 3, 5, 7), x3), i32x4.splat(key1))
    x3 = v128.shuffle<i32>(p0, p1, 0, 2, 4, 6)
    key0 += W0
    key1 += W1
  }
  const a = v128.shuffle<i32>(x0, x1, 0, 4, 1, 5)
  const b = v128.shuffle<i32>(x2, x3, 0, 4, 1, 5)
  const c = v128.shuffle<i32>(x0, x1, 2, 6, 3, 7)
  const d = v128.shuffle<i32>(x2, x3, 2, 6, 3, 7)
  v128.store(out, v128.shuffle<i64>(a, b, 0, 2))
  v128.store(out, v128.shuffle<i64>(a, b, 1, 3), 16)
  v128.store(out, v128.shuffle<i64>(c, d, 0, 2), 32)
  v128.store(out, v128.shuffle<i64>(c, d, 1, 3), 48)
}
