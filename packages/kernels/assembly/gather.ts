import { GatherBytes, GatherFloats, Relayout, ScatterRows } from './generated/records'
import { firstRow, high, low, sample } from './context'

/**
 * Takes this shard's rows of a byte image set, in the epoch's order, as float32 v / divisor. The quotient is
 * v·hi + v·lo with hi + lo = 1 / divisor, hi short enough for v·hi to be exact: right to the last bit for all 256
 * bytes where the compiler of the program has checked it, at a third of a division's cost.
 */
export function gatherBytes(o: GatherBytes): void {
  const source = o.source
  const target = o.target
  const lines = o.lines
  const width = o.width
  const row = o.row
  const hi = f32x4.splat(o.high)
  const lo = f32x4.splat(o.low)
  for (let i = low; i < high; i++) {
    const from = source + sample(i) * <usize>(lines * width)
    writeScaled(from, target + <usize>(i * lines) * row, lines, width, row, hi, lo)
  }
}

/** Writes lines of bytes as floats: v·hi + v·lo. */
// @ts-ignore: decorator
@inline
export function writeScaled(from: usize, to: usize, lines: i32, width: i32, row: usize, hi: v128, lo: v128): void {
  const padded = (width + 3) & ~3
  for (let l = 0; l < lines; l++, from += width, to += row) {
    let x = 0
    for (; x + 8 <= width; x += 8) {
      const words = v128.load8x8_u(from + x)
      const out = to + (<usize>x << 2)
      v128.store(out, scaled(i32x4.extend_low_i16x8_u(words), hi, lo))
      v128.store(out, scaled(i32x4.extend_high_i16x8_u(words), hi, lo), 16)
    }
    if (x + 4 <= width) {
      const words = i16x8.extend_low_i8x16_u(v128.load32_zero(from + x))
      v128.store(to + (<usize>x << 2), scaled(i32x4.extend_low_i16x8_u(words), hi, lo))
      x += 4
    }
    for (; x < width; x++) {
      const v = <f32>load<u8>(from + x)
      store<f32>(to + (<usize>x << 2), v * f32x4.extract_lane(hi, 0) + v * f32x4.extract_lane(lo, 0))
    }
    for (; x < padded; x++) store<f32>(to + (<usize>x << 2), 0)
  }
}

// @ts-ignore: decorator
@inline
function scaled(integers: v128, hi: v128, lo: v128): v128 {
  // Bytes have no sign; x64 converts signed integers in one instruction, unsigned ones in eight.
  const v = f32x4.convert_i32x4_s(integers)
  return f32x4.add(f32x4.mul(v, hi), f32x4.mul(v, lo))
}

/** The same for rows of float32, unscaled. */
export function gatherFloats(o: GatherFloats): void {
  const source = o.source
  const target = o.target
  const lines = o.lines
  const width = o.width
  const row = o.row
  const bytes = <usize>width << 2
  const padded = (width + 3) & ~3
  for (let i = low; i < high; i++) {
    let from = source + sample(i) * (<usize>lines * bytes)
    let to = target + <usize>(i * lines) * row
    for (let l = 0; l < lines; l++, from += bytes, to += row) {
      copyLine(from, to, width)
      for (let x = width; x < padded; x++) store<f32>(to + (<usize>x << 2), 0)
    }
  }
}

/** Writes this shard's rows to where the epoch's rows lie one after the other, unpadded. */
export function scatterRows(o: ScatterRows): void {
  const source = o.source
  const target = o.target
  const lines = o.lines
  const width = o.width
  const row = o.row
  const bytes = <usize>width << 2
  for (let i = low; i < high; i++) {
    let from = source + <usize>(i * lines) * row
    let to = target + <usize>((firstRow + i) * lines) * bytes
    for (let l = 0; l < lines; l++, from += row, to += bytes) copyLine(from, to, width)
  }
}

// @ts-ignore: decorator
@inline
function copyLine(from: usize, to: usize, width: i32): void {
  let x = 0
  for (; x + 4 <= width; x += 4) v128.store(to + (<usize>x << 2), v128.load(from + (<usize>x << 2)))
  for (; x < width; x++) store<f32>(to + (<usize>x << 2), load<f32>(from + (<usize>x << 2)))
}

/**
 * Any rearrangement within a sample: float j of the target is float table[j] of the source, or 0 where the table
 * says −1.
 */
export function relayout(o: Relayout): void {
  const source = o.source
  const sourceSample = o.sourceSample
  const target = o.target
  const targetSample = o.targetSample
  const table = o.table
  const count = o.count
  const accumulate = o.accumulate
  for (let i = low; i < high; i++) {
    const from = source + <usize>i * sourceSample
    const to = target + <usize>i * targetSample
    for (let j = 0; j < count; j++) {
      const index = load<i32>(table + (<usize>j << 2))
      const out = to + (<usize>j << 2)
      let value: f32 = index < 0 ? 0 : load<f32>(from + (<usize>index << 2))
      if (accumulate) value += load<f32>(out)
      store<f32>(out, value)
    }
  }
}
