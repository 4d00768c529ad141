/** max(0, ·); NaN stays NaN. */
// @ts-ignore: decorator
@inline
export function relu(sum: v128): v128 {
  return f32x4.pmax(sum, f32x4.splat(0))
}
