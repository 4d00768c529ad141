/**
 * sum + a·b. Two roundings everywhere, unless the build allows relaxed SIMD: then the processor may fuse them into one,
 * which is faster where it can and gives bits that depend on whether it does.
 */
// @ts-ignore: decorator
@inline
export function multiplyAdd(sum: v128, a: v128, b: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, sum)
  return f32x4.add(sum, f32x4.mul(a, b))
}
