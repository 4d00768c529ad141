/**
 * The array types of IDX, the format of MNIST's files: two zero bytes, a type byte, the number of dimensions as a byte,
 * each dimension as a big-endian uint32, then the values in row-major order, big-endian.
 * Source: the format's description on the MNIST database page (Y. LeCun, C. Cortes, C. Burges).
 */
export interface IdxData {
  uint8: Uint8Array
  int8: Int8Array
  int16: Int16Array
  int32: Int32Array
  float32: Float32Array
  float64: Float64Array
}

export type IdxDtype = keyof IdxData

/** An array of any rank from 1 to 255. `data` is row-major and holds the product of `shape` values. */
export type IdxArray = {
  [D in IdxDtype]: { readonly dtype: D; readonly shape: readonly number[]; readonly data: IdxData[D] }
}[IdxDtype]

export const dtypes = {
  uint8: { code: 0x08, bytes: 1, view: Uint8Array },
  int8: { code: 0x09, bytes: 1, view: Int8Array },
  int16: { code: 0x0b, bytes: 2, view: Int16Array },
  int32: { code: 0x0c, bytes: 4, view: Int32Array },
  float32: { code: 0x0d, bytes: 4, view: Float32Array },
  float64: { code: 0x0e, bytes: 8, view: Float64Array },
} as const satisfies Record<IdxDtype, unknown>

export const dtypeOfCode: ReadonlyMap<number, IdxDtype> = new Map(
  Object.entries(dtypes).map(([dtype, { code }]) => [code, dtype as IdxDtype]),
)

const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1

/** Converts values of `size` bytes from big-endian to the machine's byte order, or back, in place. */
export function swapBytes(bytes: Uint8Array, size: number): void {
  if (!littleEndian || size === 1) return
  for (let start = 0; start < bytes.length; start += size) {
    for (let low = start, high = start + size - 1; low < high; low++, high--) {
      const swapped = bytes[low] as number
      bytes[low] = bytes[high] as number
      bytes[high] = swapped
    }
  }
}
