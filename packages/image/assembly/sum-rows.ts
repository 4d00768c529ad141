/** The bytes of a picture's pixel to lanes of 32 bits: `v` holds pixels of two rows, four bytes each. */
const redGreen = i8x16(0, -1, -1, -1, 1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1)
const blues = i8x16(2, -1, -1, -1, 6, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1)
const secondRedGreen = i8x16(4, -1, -1, -1, 5, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1)

/**
 * The weighted sums of RGB rows, two rows at a time. Each sum is in float64 in the order of the pixels, as `rgbSums` of
 * src/resize.ts computes it.
 *
 * @param rows bytes, shape [count, width, 3], and one readable byte after them
 * @param stride bytes in a row
 * @param taps for each target pixel: its first byte in a row and its number of bytes, as u32
 * @param weights float64, those of all taps one after the other
 * @param sums float64, shape [count, tapCount, 3]
 */
export function sumRows(
  rows: usize,
  stride: usize,
  count: i32,
  taps: usize,
  tapCount: i32,
  weights: usize,
  sums: usize,
): void {
  const sumStride: usize = <usize>tapCount * 24
  for (let y = 0; y < count; y += 2) {
    // A last row alone is summed twice, and stored once.
    const next: usize = y + 1 < count ? stride : 0
    let weight = weights
    let to = sums
    for (let tap = taps, end = taps + <usize>tapCount * 8; tap < end; tap += 8) {
      let pixel = rows + <usize>load<u32>(tap)
      const last = pixel + <usize>load<u32>(tap, 4)
      let first = f64x2.splat(0)
      let middle = f64x2.splat(0)
      let second = f64x2.splat(0)
      for (; pixel < last; pixel += 3, weight += 8) {
        const v = v128.load_lane<u32>(pixel + next, v128.load_zero<u32>(pixel), 1)
        const w = v128.load_splat<f64>(weight)
        first = f64x2.add(first, f64x2.mul(w, f64x2.convert_low_i32x4_u(i8x16.swizzle(v, redGreen))))
        middle = f64x2.add(middle, f64x2.mul(w, f64x2.convert_low_i32x4_u(i8x16.swizzle(v, blues))))
        second = f64x2.add(second, f64x2.mul(w, f64x2.convert_low_i32x4_u(i8x16.swizzle(v, secondRedGreen))))
      }
      v128.store(to, first)
      store<f64>(to, f64x2.extract_lane(middle, 0), 16)
      if (next) {
        v128.store(to + sumStride, second)
        store<f64>(to + sumStride, f64x2.extract_lane(middle, 1), 16)
      }
      to += 24
    }
    rows += stride * 2
    sums += sumStride * 2
  }
}
