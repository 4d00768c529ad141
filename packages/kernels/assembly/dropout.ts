import { ApplyMask, DrawMask, SpreadMask } from './generated/records'
import { epoch, high, low, seed, step } from './context'
import { compareFourBlocks } from './philox'

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
    compareFourBlocks(mask + ((<usize>i) << 1), limit, i >> 3, step, epoch, stream, seed, DROPOUT)
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
