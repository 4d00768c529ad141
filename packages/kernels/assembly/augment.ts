import { GatherAugmented, PixelOperation } from './generated/records'
import { firstRow, high, low, shard } from './context'
import { writeScaled } from './gather'
import { Draw, drawFourBlocks } from './philox'

/** `Purpose.augmentation` of @treadle/core. */
const AUGMENTATION = 4
/** Room for a table of bytes, or for drawn words. */
const TABLE: usize = 256
/** Added to an integer below 2³², it leaves the integer in the low half of the float's bits. */
const INTEGER: f64 = 4503599627370496

/** Makes this shard's images by their pixel programs. See src/manifest/augment.ts. */
export function gatherAugmented(o: GatherAugmented): void {
  const lines = o.lines
  const size = o.height * o.width * o.channels
  const slot = (<usize>size + 31) & ~15
  const table = o.scratch + <usize>shard * o.scratchShard
  const spare = table + TABLE
  const bottom = spare + slot
  const hi = f32x4.splat(o.high)
  const lo = f32x4.splat(o.low)
  for (let i = low; i < high; i++) {
    let at = o.programs + (<usize>load<u32>(o.starts + (<usize>(firstRow + i) << 2)) << 3)
    let image = spare
    for (;;) {
      const operation = integer(at, 0)
      at += 8
      if (operation == PixelOperation.end) break
      switch (operation) {
        case PixelOperation.load:
          image += slot
          memory.copy(image, o.source + <usize>load<f64>(at) * <usize>size, size)
          at += 8
          break
        case PixelOperation.mirror:
          mirror(o, image)
          break
        case PixelOperation.reverseRows:
          reverseRows(o, image)
          break
        case PixelOperation.shift:
          memory.copy(spare, image, size)
          shift(o, spare, image, integer(at, 0), integer(at, 1))
          at += 16
          break
        case PixelOperation.resample:
          memory.copy(spare, image, size)
          resample(o, spare, image, at)
          at += 48
          break
        case PixelOperation.add:
          add(table, image, size, load<f64>(at))
          at += 8
          break
        case PixelOperation.contrast:
          contrast(table, image, size, o.channels, load<f64>(at))
          at += 8
          break
        case PixelOperation.noise:
          noise(table, image, size, load<f64>(at), at + 8)
          at += 40
          break
        case PixelOperation.clear:
          clear(o, image, at)
          at += 32
          break
        case PixelOperation.randomize:
          randomize(o, table, image, at)
          at += 72
          break
        case PixelOperation.blend:
          image -= slot
          blend(image, image + slot, size, load<f64>(at))
          at += 8
          break
        case PixelOperation.paste:
          image -= slot
          paste(o, image, image + slot, at)
          at += 32
          break
        default:
          unreachable()
      }
    }
    writeScaled(bottom, o.target + <usize>(i * lines) * o.row, lines, size / lines, o.row, hi, lo)
  }
}

/** An operand as an integer. */
// @ts-ignore: decorator
@inline
function integer(at: usize, index: i32): i32 {
  return <i32>load<f64>(at + (<usize>index << 3))
}

function mirror(o: GatherAugmented, image: usize): void {
  const channels = <usize>o.channels
  const row = <usize>o.width * channels
  for (let y = o.height; y > 0; y--, image += row) {
    let left = image
    let right = image + row - channels
    for (; left < right; left += channels, right -= channels) {
      for (let c: usize = 0; c < channels; c++) {
        const byte = load<u8>(left + c)
        store<u8>(left + c, load<u8>(right + c))
        store<u8>(right + c, byte)
      }
    }
  }
}

function reverseRows(o: GatherAugmented, image: usize): void {
  const row = <usize>(o.width * o.channels)
  let upper = image
  let lower = image + <usize>(o.height - 1) * row
  for (; upper < lower; upper += row, lower -= row) {
    let i: usize = 0
    for (; i + 16 <= row; i += 16) {
      const bytes = v128.load(upper + i)
      v128.store(upper + i, v128.load(lower + i))
      v128.store(lower + i, bytes)
    }
    for (; i < row; i++) {
      const byte = load<u8>(upper + i)
      store<u8>(upper + i, load<u8>(lower + i))
      store<u8>(lower + i, byte)
    }
  }
}

function shift(o: GatherAugmented, source: usize, image: usize, dy: i32, dx: i32): void {
  const height = o.height
  const width = o.width
  const channels = o.channels
  const row = <usize>(width * channels)
  // Columns that show columns of the image; those of the border show its mirror image.
  const inside = max(0, dx)
  const outside = min(width, width + dx)
  for (let y = 0; y < height; y++) {
    const from = source + <usize>reflected(y - dy, height) * row
    const to = image + <usize>y * row
    for (let x = 0; x < inside; x++) copyPixel(to, x, from, reflected(x - dx, width), channels)
    copyBytes(to + <usize>(inside * channels), from + <usize>((inside - dx) * channels), (outside - inside) * channels)
    for (let x = max(outside, inside); x < width; x++) copyPixel(to, x, from, reflected(x - dx, width), channels)
  }
}

/** The index in [0, length) of a pixel at most `length` beyond a border: … 1 0 | 0 1 2 … */
// @ts-ignore: decorator
@inline
function reflected(index: i32, length: i32): i32 {
  if (index < 0) return -1 - index
  return index < length ? index : 2 * length - 1 - index
}

// @ts-ignore: decorator
@inline
function copyPixel(to: usize, x: i32, from: usize, at: i32, channels: i32): void {
  for (let c = 0; c < channels; c++) store<u8>(to + <usize>(x * channels + c), load<u8>(from + <usize>(at * channels + c)))
}

/** Rows are short: a copy of its own costs less than a call of the engine. */
// @ts-ignore: decorator
@inline
function copyBytes(to: usize, from: usize, count: i32): void {
  let i = 0
  for (; i + 16 <= count; i += 16) v128.store(to + i, v128.load(from + i))
  for (; i + 4 <= count; i += 4) store<u32>(to + i, load<u32>(from + i))
  for (; i < count; i++) store<u8>(to + i, load<u8>(from + i))
}

/** Bilinear between the four pixels around the place that the map gives. Outside of the image there are its mirror images. */
function resample(o: GatherAugmented, source: usize, image: usize, at: usize): void {
  const height = o.height
  const width = o.width
  const xx = f64x2.splat(load<f64>(at))
  const xy = load<f64>(at, 8)
  const yx = f64x2.splat(load<f64>(at, 16))
  const yy = load<f64>(at, 24)
  const dx = load<f64>(at, 32)
  const dy = load<f64>(at, 40)
  const pixel = <usize>o.channels
  const row = <usize>width * pixel
  const centreX = <f64>(width - 1) / 2
  const centreY = <f64>(height - 1) / 2
  const lastX = f64x2.splat(<f64>(width - 1))
  const lastY = f64x2.splat(<f64>(height - 1))
  const zero = f64x2.splat(0)
  const rowStep = f64x2.splat(<f64>row)
  const pixelStep = f64x2.splat(<f64>pixel)
  let to = image
  for (let y = 0; y < height; y++) {
    const below = <f64>y - centreY
    const fromX = f64x2.splat(xy * below + centreX + dx)
    const fromY = f64x2.splat(yy * below + centreY + dy)
    // Two pixels at a time. The second one of the last pair of an odd width is overwritten by the first one.
    for (let x = 0; x < width; x += 2) {
      const across = f64x2.replace_lane(f64x2.splat(<f64>x - centreX), 1, <f64>(x + 1) - centreX)
      const sourceX = f64x2.add(f64x2.mul(xx, across), fromX)
      const sourceY = f64x2.add(f64x2.mul(yx, across), fromY)
      const left = f64x2.floor(sourceX)
      const top = f64x2.floor(sourceY)
      const right = f64x2.sub(sourceX, left)
      const bottom = f64x2.sub(sourceY, top)
      const inside = v128.and(
        v128.and(f64x2.ge(left, zero), f64x2.lt(left, lastX)),
        v128.and(f64x2.ge(top, zero), f64x2.lt(top, lastY)),
      )
      const next = x + 1 < width ? to + pixel : to
      if (i64x2.all_true(inside)) {
        const places = integers(f64x2.add(f64x2.mul(top, rowStep), f64x2.mul(left, pixelStep)))
        const first = source + firstOf(places)
        const second = source + secondOf(places)
        if (pixel == 1) {
          const upper = neighbours(first, second, right)
          const lower = neighbours(first + row, second + row, right)
          const bits = rounded(between(upper, lower, bottom))
          v128.store8_lane(next, bits, 8)
          v128.store8_lane(to, bits, 0)
        } else {
          for (let c: usize = 0; c < pixel; c++) {
            const one = first + c
            const two = second + c
            const upper = between(bytesAt(one, two), bytesAt(one + pixel, two + pixel), right)
            const lower = between(bytesAt(one + row, two + row), bytesAt(one + row + pixel, two + row + pixel), right)
            const bits = rounded(between(upper, lower, bottom))
            v128.store8_lane(next + c, bits, 8)
            v128.store8_lane(to + c, bits, 0)
          }
        }
      } else {
        const one = f64x2.splat(1)
        const rows = f64x2.splat(<f64>height)
        const columns = f64x2.splat(<f64>width)
        const above = f64x2.mul(mirrored(top, rows), rowStep)
        const below = f64x2.mul(mirrored(f64x2.add(top, one), rows), rowStep)
        const before = f64x2.mul(mirrored(left, columns), pixelStep)
        const after = f64x2.mul(mirrored(f64x2.add(left, one), columns), pixelStep)
        const topLeft = integers(f64x2.add(above, before))
        const topRight = integers(f64x2.add(above, after))
        const bottomLeft = integers(f64x2.add(below, before))
        const bottomRight = integers(f64x2.add(below, after))
        for (let c: usize = 0; c < pixel; c++) {
          const from = source + c
          const upper = between(pairOf(from, topLeft), pairOf(from, topRight), right)
          const lower = between(pairOf(from, bottomLeft), pairOf(from, bottomRight), right)
          const bits = rounded(between(upper, lower, bottom))
          v128.store8_lane(next + c, bits, 8)
          v128.store8_lane(to + c, bits, 0)
        }
      }
      to += pixel
      if (x + 1 < width) to += pixel
    }
  }
}

/** The indices in [0, length) that show at any indices of an endless row of mirror images: … 1 0 | 0 1 2 … */
// @ts-ignore: decorator
@inline
function mirrored(index: v128, length: v128): v128 {
  const last = f64x2.sub(f64x2.add(length, length), f64x2.splat(1))
  const inReach = v128.and(
    f64x2.ge(index, f64x2.neg(length)),
    f64x2.le(index, last),
  )
  if (!i64x2.all_true(inReach)) {
    const period = f64x2.add(length, length)
    index = f64x2.sub(index, f64x2.mul(f64x2.floor(f64x2.div(index, period)), period))
  }
  const positive = f64x2.pmax(index, f64x2.sub(f64x2.splat(-1), index))
  return f64x2.pmin(positive, f64x2.sub(last, positive))
}

/** Integers below 2³² in the low halves of their lanes. */
// @ts-ignore: decorator
@inline
function integers(values: v128): v128 {
  return f64x2.add(values, f64x2.splat(INTEGER))
}

// @ts-ignore: decorator
@inline
function firstOf(places: v128): usize {
  return <usize>i32x4.extract_lane(places, 0)
}

// @ts-ignore: decorator
@inline
function secondOf(places: v128): usize {
  return <usize>i32x4.extract_lane(places, 2)
}

// @ts-ignore: decorator
@inline
function pairOf(from: usize, places: v128): v128 {
  return bytesAt(from + firstOf(places), from + secondOf(places))
}

/** Between a byte and the next one, at two addresses. */
// @ts-ignore: decorator
@inline
function neighbours(first: usize, second: usize, part: v128): v128 {
  const bytes = v128.load16_lane(second, v128.load16_lane(first, i32x4.splat(0), 0), 1)
  const pairs = i16x8.extend_low_i8x16_u(bytes)
  const from = f64x2.convert_low_i32x4_s(v128.and(pairs, i32x4.splat(0xffff)))
  return between(from, f64x2.convert_low_i32x4_s(i32x4.shr_u(pairs, 16)), part)
}

/** Two numbers in [0, 256), rounded to the nearest integers; a half is rounded up. */
// @ts-ignore: decorator
@inline
function rounded(values: v128): v128 {
  return integers(f64x2.floor(f64x2.add(values, f64x2.splat(0.5))))
}

// @ts-ignore: decorator
@inline
function between(from: v128, to: v128, part: v128): v128 {
  return f64x2.add(from, f64x2.mul(f64x2.sub(to, from), part))
}

/** Two bytes as float64. */
// @ts-ignore: decorator
@inline
function bytesAt(first: usize, second: usize): v128 {
  return f64x2.convert_low_i32x4_s(v128.load8_lane(second, v128.load8_lane(first, i32x4.splat(0), 0), 4))
}

/** Two numbers, rounded to the nearest bytes and clipped; a half is rounded up. The bytes are the first ones of their lanes. */
// @ts-ignore: decorator
@inline
function nearestBytes(values: v128): v128 {
  return rounded(f64x2.pmin(f64x2.pmax(values, f64x2.splat(0)), f64x2.splat(255)))
}

// @ts-ignore: decorator
@inline
function storePair(to: usize, bits: v128): void {
  v128.store8_lane(to, bits, 0)
  v128.store8_lane(to, bits, 8, 1)
}

/** Two consecutive bytes as float64. */
// @ts-ignore: decorator
@inline
function pairAt(from: usize): v128 {
  return bytesAt(from, from + 1)
}

function add(table: usize, image: usize, size: i32, value: f64): void {
  for (let v = 0; v < 256; v += 2) storePair(table + v, nearestBytes(f64x2.add(twoFrom(v), f64x2.splat(value))))
  lookUp(table, image, size, 1)
}

function contrast(table: usize, image: usize, size: i32, channels: i32, factor: f64): void {
  for (let c = 0; c < channels; c++) {
    let sum: u64 = 0
    for (let i = c; i < size; i += channels) sum += load<u8>(image + i)
    const mean = f64x2.splat(<f64>sum / <f64>(size / channels))
    for (let v = 0; v < 256; v += 2) {
      const value = f64x2.add(f64x2.mul(f64x2.sub(twoFrom(v), mean), f64x2.splat(factor)), mean)
      storePair(table + v, nearestBytes(value))
    }
    lookUp(table, image + c, size - c, channels)
  }
}

/** v and v + 1 */
// @ts-ignore: decorator
@inline
function twoFrom(v: i32): v128 {
  return f64x2.replace_lane(f64x2.splat(<f64>v), 1, <f64>(v + 1))
}

// @ts-ignore: decorator
@inline
function lookUp(table: usize, image: usize, size: i32, step: i32): void {
  for (let i = 0; i < size; i += step) store<u8>(image + i, load<u8>(table + load<u8>(image + i)))
}

/** Draws four blocks of a stream, from `block` on. */
// @ts-ignore: decorator
@inline
function draw(to: usize, block: i32, stream: usize): void {
  drawFourBlocks(
    to,
    Draw.words,
    i32x4.splat(0),
    block,
    <i32><u32>load<f64>(stream),
    <i32><u32>load<f64>(stream, 8),
    <i32><u32>load<f64>(stream, 16),
    <i32><u32>load<f64>(stream, 24),
    AUGMENTATION,
  )
}

function noise(words: usize, image: usize, size: i32, scale: f64, stream: usize): void {
  const factor = f64x2.splat(scale)
  for (let i = 0; i < size; i += 16) {
    draw(words, i >> 2, stream)
    const count = min(16, size - i)
    // An image has room for 16 bytes more.
    for (let j = 0; j < count; j += 4) {
      const pairs = i16x8.extadd_pairwise_i8x16_u(v128.load(words + (<usize>j << 2)))
      const sums = i32x4.sub(i32x4.extadd_pairwise_i16x8_u(pairs), i32x4.splat(510))
      const to = image + i + j
      const upper = i64x2.splat(i64x2.extract_lane(sums, 1))
      storePair(to, nearestBytes(f64x2.add(pairAt(to), f64x2.mul(f64x2.convert_low_i32x4_s(sums), factor))))
      storePair(to + 2, nearestBytes(f64x2.add(pairAt(to + 2), f64x2.mul(f64x2.convert_low_i32x4_s(upper), factor))))
    }
  }
}

function clear(o: GatherAugmented, image: usize, at: usize): void {
  const channels = o.channels
  const row = o.width * channels
  const count = integer(at, 3) * channels
  let to = image + <usize>(integer(at, 0) * row + integer(at, 1) * channels)
  for (let y = integer(at, 2); y > 0; y--, to += row) memory.fill(to, 0, count)
}

function randomize(o: GatherAugmented, words: usize, image: usize, at: usize): void {
  const channels = o.channels
  const row = o.width * channels
  const count = integer(at, 3) * channels
  let to = image + <usize>(integer(at, 0) * row + integer(at, 1) * channels)
  let block = integer(at, 4)
  let used = 64
  for (let y = integer(at, 2); y > 0; y--, to += row) {
    for (let i = 0; i < count; i++, used++) {
      if (used == 64) {
        draw(words, block, at + 40)
        block += 4
        used = 0
      }
      store<u8>(to + i, load<u8>(words + used))
    }
  }
}

function blend(image: usize, other: usize, size: i32, own: f64): void {
  const part = f64x2.splat(own)
  // An image has room for 16 bytes more.
  for (let i = 0; i < size; i += 2) {
    const value = between(pairAt(other + i), pairAt(image + i), part)
    storePair(image + i, rounded(value))
  }
}

function paste(o: GatherAugmented, image: usize, other: usize, at: usize): void {
  const channels = o.channels
  const row = o.width * channels
  const count = integer(at, 3) * channels
  let offset = integer(at, 0) * row + integer(at, 1) * channels
  for (let y = integer(at, 2); y > 0; y--, offset += row) copyBytes(image + offset, other + offset, count)
}
