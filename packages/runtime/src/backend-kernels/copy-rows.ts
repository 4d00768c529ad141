import type { TypedArray } from '@tensorflow/tfjs-core'

/** Rows up to this width are copied element by element: `set` and `subarray` take as long as 60 elements. */
const NARROW = 60

/** Copies `rows` rows of `width` elements. On each side, rows start at `at` and are `stride` elements apart. */
export function copyRows(
  from: { readonly values: TypedArray; readonly at: number; readonly stride: number },
  to: { readonly values: TypedArray; readonly at: number; readonly stride: number },
  rows: number,
  width: number,
): void {
  const source = from.values
  const target = to.values
  if (width === from.stride && width === to.stride) {
    target.set(source.subarray(from.at, from.at + rows * width), to.at)
    return
  }
  for (let row = 0, a = from.at, b = to.at; row < rows; row++, a += from.stride, b += to.stride) {
    if (width > NARROW) target.set(source.subarray(a, a + width), b)
    else for (let i = 0; i < width; i++) target[b + i] = source[a + i] as number
  }
}
