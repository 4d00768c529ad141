import { ApplyMask, ApplyNoise, DrawMask, DrawNoise, SelectMask, SpreadMask } from './generated/records'
import { epoch, high, low, seed, step } from './context'
import { Draw, drawFourBlocks } from './philox'

/** `Purpose.dropout` of @treadle/core. */
const DROPOUT = 3

/**
 * Draws this shard's part of a dropout mask: int16 −1 (kept) or 0 for each element of the layer's input, the bits
 * of `dropoutMask` in @treadle/core. Whole blocks of 32 are drawn, so neighbouring shards may write the same
 * elements, with the same values.
 */
export function drawMask(o: DrawMask): void {
  const mask = o.mask
  const size = o.size
  const threshold = o.threshold
  const stream = o.stream
  if (low == high) return
  const from = (low * size) & ~31
  const to = (high * size + 31) & ~31
  // A threshold of 65,536 (rate 1) does not fit sixteen bits and keeps nothing.
  if (threshold > 0xffff) {
    memory.fill(mask + ((<usize>from) << 1), 0, (<usize>(to - from)) << 1)
    return
  }
  const limit = i16x8.splat(<i16>threshold)
  for (let i = from; i < to; i += 32) {
    drawFourBlocks(mask + ((<usize>i) << 1), Draw.mask, limit, i >> 3, step, epoch, stream, seed, DROPOUT)
  }
}

/** Repeats a mask along the axes that share it. */
export function spreadMask(o: SpreadMask): void {
  const source = o.source
  const size = o.size
  const mask = o.mask
  const count = o.count
  const table = o.table
  for (let i = low; i < high; i++) {
    const from = source + (<usize>(i * size) << 1)
    const to = mask + (<usize>(i * count) << 1)
    for (let j = 0; j < count; j++) {
      const index = <usize>load<i32>(table + (<usize>j << 2))
      store<i16>(to + (<usize>j << 1), load<i16>(from + (index << 1)))
    }
  }
}

/** y = x · scale where kept, else 0, or added to y. Serves both directions. */
export function applyMask(o: ApplyMask): void {
  const x = o.x
  const xRow = o.xRow
  const y = o.y
  const yRow = o.yRow
  const width = o.width
  const lines = o.lines
  const mask = o.mask
  const maskRow = o.maskRow
  const scale = f32x4.splat(o.scale)
  const accumulate = o.accumulate
  for (let l = low * lines, end = high * lines; l < end; l++) {
    const from = x + <usize>l * xRow
    const to = y + <usize>l * yRow
    const bits = mask + <usize>l * maskRow
    // Reads past the line's end meet the next line's bits and x = 0.
    for (let j = 0; j < width; j += 4) {
      const offset = (<usize>j) << 2
      const keep = v128.load16x4_s(bits + ((<usize>j) << 1))
      let value = v128.and(f32x4.mul(v128.load(from + offset), scale), keep)
      if (accumulate) value = f32x4.add(value, v128.load(to + offset))
      v128.store(to + offset, value)
    }
  }
}

/** y = kept ? x · scale + shift : dropped, over the first `width` floats of a line; the rest of the last vector becomes 0. */
export function selectMask(o: SelectMask): void {
  const x = o.x
  const xRow = o.xRow
  const y = o.y
  const yRow = o.yRow
  const width = o.width
  const lines = o.lines
  const mask = o.mask
  const maskRow = o.maskRow
  const scale = f32x4.splat(o.scale)
  const shift = f32x4.splat(o.shift)
  const dropped = f32x4.splat(o.dropped)
  for (let l = low * lines, end = high * lines; l < end; l++) {
    const from = x + <usize>l * xRow
    const to = y + <usize>l * yRow
    const bits = mask + <usize>l * maskRow
    for (let j = 0; j < width; j += 4) {
      const offset = (<usize>j) << 2
      const keep = v128.load16x4_s(bits + ((<usize>j) << 1))
      const value = f32x4.add(f32x4.mul(v128.load(from + offset), scale), shift)
      v128.store(to + offset, v128.and(v128.bitselect(value, dropped, keep), before(width - j)))
    }
  }
}

/** The lanes below `count`. */
// @ts-ignore: decorator
@inline
function before(count: i32): v128 {
  return i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(count))
}

/**
 * Draws this shard's part of a layer's noise: a float32 for each element of its input, the bits of `normalNoise` in
 * @treadle/core. Whole blocks of 16 are drawn, as in `drawMask`.
 */
export function drawNoise(o: DrawNoise): void {
  const noise = o.noise
  const size = o.size
  const stream = o.stream
  if (low == high) return
  const from = (low * size) & ~15
  const to = (high * size + 15) & ~15
  const limit = i32x4.splat(0)
  for (let i = from; i < to; i += 16) {
    drawFourBlocks(noise + ((<usize>i) << 2), Draw.normal, limit, i >> 2, step, epoch, stream, seed, DROPOUT)
  }
}

/** y = x + deviation · noise, or x · (1 + deviation · noise), or added to y; the rest of the last vector becomes 0. */
export function applyNoise(o: ApplyNoise): void {
  const x = o.x
  const xRow = o.xRow
  const y = o.y
  const yRow = o.yRow
  const width = o.width
  const lines = o.lines
  const noise = o.noise
  const noiseRow = o.noiseRow
  const deviation = f32x4.splat(o.deviation)
  const multiplies = o.multiplies
  const accumulate = o.accumulate
  for (let l = low * lines, end = high * lines; l < end; l++) {
    const from = x + <usize>l * xRow
    const to = y + <usize>l * yRow
    const drawn = noise + <usize>l * noiseRow
    for (let j = 0; j < width; j += 4) {
      const offset = (<usize>j) << 2
      const value = v128.load(from + offset)
      const n = f32x4.mul(v128.load(drawn + offset), deviation)
      let result = multiplies ? f32x4.mul(value, f32x4.add(n, f32x4.splat(1))) : f32x4.add(value, n)
      if (accumulate) result = f32x4.add(result, v128.load(to + offset))
      v128.store(to + offset, v128.and(result, before(width - j)))
    }
  }
}
