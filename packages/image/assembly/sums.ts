/**
 * The weighted sums of RGB rows, two rows at a time. Each sum is in float64 in the order of the pixels, as `alongRows` of
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
        // Pixels of two rows, four bytes each.
        const v = v128.load_lane<u32>(pixel + next, v128.load_zero<u32>(pixel), 1)
        const w = v128.load_splat<f64>(weight)
        // Red and green of a row, or blue of both rows, in the lower two lanes of 32 bits. There are no shuffles or swizzles,
        // which V8 compiles wrongly when it pairs 128-bit operations (wideSimd of @treadle/runtime). Signed integers become
        // float64 in one instruction.
        const words = i16x8.extend_low_i8x16_u(v)
        const blues = v128.and(i32x4.shr_u(v, 16), i32x4.splat(0xff))
        first = f64x2.add(first, f64x2.mul(w, f64x2.convert_low_i32x4_s(i32x4.extend_low_i16x8_u(words))))
        middle = f64x2.add(middle, f64x2.mul(w, f64x2.convert_low_i32x4_s(blues)))
        second = f64x2.add(second, f64x2.mul(w, f64x2.convert_low_i32x4_s(i32x4.extend_high_i16x8_u(words))))
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

/**
 * Adds weighted rows of sums to a row of results, in the order of the rows: `alongColumns` of src/resize.ts, of the rows of
 * one target row that are in memory.
 *
 * @param rows float64, shape [count, length]
 * @param weights float64, one for each row
 * @param results float64, shape [length]
 */
export function addRows(rows: usize, count: i32, length: i32, weights: usize, results: usize): void {
  const stride: usize = <usize>length * 8
  let at: usize = 0
  // Eight columns stay in registers while the rows are added.
  for (; at + 64 <= stride; at += 64) {
    let a = v128.load(results + at)
    let b = v128.load(results + at, 16)
    let c = v128.load(results + at, 32)
    let d = v128.load(results + at, 48)
    let row = rows + at
    for (let i = 0; i < count; i++, row += stride) {
      const w = v128.load_splat<f64>(weights + (<usize>i << 3))
      a = f64x2.add(a, f64x2.mul(w, v128.load(row)))
      b = f64x2.add(b, f64x2.mul(w, v128.load(row, 16)))
      c = f64x2.add(c, f64x2.mul(w, v128.load(row, 32)))
      d = f64x2.add(d, f64x2.mul(w, v128.load(row, 48)))
    }
    v128.store(results + at, a)
    v128.store(results + at, b, 16)
    v128.store(results + at, c, 32)
    v128.store(results + at, d, 48)
  }
  for (; at < stride; at += 8) {
    let sum = load<f64>(results + at)
    let row = rows + at
    for (let i = 0; i < count; i++, row += stride) sum += load<f64>(weights + (<usize>i << 3)) * load<f64>(row)
    store<f64>(results + at, sum)
  }
}
