/**
 * The weighted sums of RGB rows, two rows at a time. Each sum is in float64 in the order of the pixels, as `alongRows` of
 * src/resize.ts computes it. A pixel that two neighbouring targets share is read once for both.
 *
 * @param rows bytes, shape [count, width, 3], and one readable byte after them
 * @param stride bytes in a row
 * @param taps for each target pixel: its first byte in a row and its number of bytes, as u32. First bytes never descend, nor do
 *   ends
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
  const end = taps + <usize>tapCount * 8
  for (let y = 0; y < count; y += 2) {
    // A last row alone is summed twice, and stored once.
    const below: usize = y + 1 < count ? stride : 0
    let to = sums
    // Of the current target: its next pixel and weight; red and green of each row, and blue of both.
    let pixel = rows + <usize>load<u32>(taps)
    let weight = weights
    let first = f64x2.splat(0)
    let second = first
    let blue = first
    for (let tap = taps; tap < end; tap += 8) {
      const last = rows + <usize>load<u32>(tap) + <usize>load<u32>(tap, 4)
      // Of the next target, whose weights follow.
      let nextPixel = last
      let nextLast = last
      let nextWeight = weight + ((last - pixel) / 3) * 8
      let nextFirst = f64x2.splat(0)
      let nextSecond = nextFirst
      let nextBlue = nextFirst
      if (tap + 8 < end) {
        nextPixel = rows + <usize>load<u32>(tap, 8)
        nextLast = nextPixel + <usize>load<u32>(tap, 12)
      }
      for (const stop = min(pixel, nextLast); nextPixel < stop; nextPixel += 3, nextWeight += 8) {
        const v = pixels(nextPixel, below)
        const w = v128.load_splat<f64>(nextWeight)
        nextFirst = plus(nextFirst, w, redGreen(v))
        nextSecond = plus(nextSecond, w, redGreenBelow(v))
        nextBlue = plus(nextBlue, w, blues(v))
      }
      for (const stop = min(nextPixel, last); pixel < stop; pixel += 3, weight += 8) {
        const v = pixels(pixel, below)
        const w = v128.load_splat<f64>(weight)
        first = plus(first, w, redGreen(v))
        second = plus(second, w, redGreenBelow(v))
        blue = plus(blue, w, blues(v))
      }
      if (pixel == nextPixel) {
        for (; pixel < last; pixel += 3, weight += 8, nextWeight += 8) {
          const v = pixels(pixel, below)
          const w = v128.load_splat<f64>(weight)
          const nextW = v128.load_splat<f64>(nextWeight)
          const a = f64x2.convert_low_i32x4_s(redGreen(v))
          const b = f64x2.convert_low_i32x4_s(redGreenBelow(v))
          const c = f64x2.convert_low_i32x4_s(blues(v))
          first = f64x2.add(first, f64x2.mul(w, a))
          nextFirst = f64x2.add(nextFirst, f64x2.mul(nextW, a))
          second = f64x2.add(second, f64x2.mul(w, b))
          nextSecond = f64x2.add(nextSecond, f64x2.mul(nextW, b))
          blue = f64x2.add(blue, f64x2.mul(w, c))
          nextBlue = f64x2.add(nextBlue, f64x2.mul(nextW, c))
        }
        nextPixel = pixel
      }
      v128.store(to, first)
      store<f64>(to, f64x2.extract_lane(blue, 0), 16)
      if (below) {
        v128.store(to + sumStride, second)
        store<f64>(to + sumStride, f64x2.extract_lane(blue, 1), 16)
      }
      to += 24
      pixel = nextPixel
      weight = nextWeight
      first = nextFirst
      second = nextSecond
      blue = nextBlue
    }
    rows += stride * 2
    sums += sumStride * 2
  }
}

/** The pixels of two rows, four bytes each. */
// @ts-ignore: decorator
@inline
function pixels(pixel: usize, below: usize): v128 {
  return v128.load_lane<u32>(pixel + below, v128.load_zero<u32>(pixel), 1)
}

// The lower two lanes of 32 bits are red and green of a row, or blue of both rows. There are no shuffles or swizzles, which V8
// compiles wrongly when it pairs 128-bit operations (wideSimd of @treadle/runtime).

// @ts-ignore: decorator
@inline
function redGreen(v: v128): v128 {
  return i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v))
}

// @ts-ignore: decorator
@inline
function redGreenBelow(v: v128): v128 {
  return i32x4.extend_high_i16x8_u(i16x8.extend_low_i8x16_u(v))
}

// @ts-ignore: decorator
@inline
function blues(v: v128): v128 {
  return v128.and(i32x4.shr_u(v, 16), i32x4.splat(0xff))
}

/** sum + w · values, of the lower two integers. V8 converts signed integers in one instruction. */
// @ts-ignore: decorator
@inline
function plus(sum: v128, w: v128, values: v128): v128 {
  return f64x2.add(sum, f64x2.mul(w, f64x2.convert_low_i32x4_s(values)))
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
