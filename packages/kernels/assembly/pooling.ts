import { AveragePool, AveragePoolBackward, MaxPool, MaxPoolBackward, MaxPoolOfNumbers } from './generated/records'
import { high, low } from './context'
import { clear } from './placement'

/**
 * Windows over the pixels of a map, four channels at a time. A window is clipped to the map, so no border is needed. Windows
 * of up to 256 pixels have an index of one byte.
 */

export function maxPool(o: MaxPool): void {
  const windowWidth = o.windowWidth
  const small = o.windowHeight * windowWidth <= 256
  const channels = <usize>o.channels
  const xRow = o.xRow
  const xPixel = o.xPixel
  const inputHeight = o.inputHeight
  const inputWidth = o.inputWidth
  let index = o.indices
  const indexBytes: usize = index ? (small ? 4 : 16) : 0
  index += <usize>(low * o.height * o.width) * channels * (small ? 1 : 4)
  for (let i = low; i < high; i++) {
    const image = o.x + <usize>i * o.xImage
    for (let r = 0; r < o.height; r++) {
      const y0 = r * o.strideHeight - o.top
      const firstY = max(0, -y0)
      const lastY = min(o.windowHeight, inputHeight - y0)
      let to = o.y + <usize>i * o.yImage + <usize>r * o.yRow
      for (let c = 0; c < o.width; c++, to += o.yPixel) {
        const x0 = c * o.strideWidth - o.left
        const firstX = max(0, -x0)
        const lastX = min(windowWidth, inputWidth - x0)
        const corner = image + <usize>(y0 + firstY) * xRow + <usize>(x0 + firstX) * xPixel
        if (windowWidth == 2 && o.windowHeight == 2 && lastX - firstX == 2 && lastY - firstY == 2) {
          index = largest2x2(corner, xRow, xPixel, to, channels << 2, index, indexBytes)
          continue
        }
        for (let at: usize = 0; at < channels << 2; at += 16, index += indexBytes) {
          let best = v128.load(corner + at)
          let where = i32x4.splat(firstY * windowWidth + firstX)
          let line = corner + at
          for (let wy = firstY; wy < lastY; wy++, line += xRow) {
            let p = line
            for (let wx = firstX; wx < lastX; wx++, p += xPixel) {
              const v = v128.load(p)
              // NaN stays.
              const larger = v128.or(f32x4.gt(v, best), f32x4.ne(v, v))
              best = v128.bitselect(v, best, larger)
              where = v128.bitselect(i32x4.splat(wy * windowWidth + wx), where, larger)
            }
          }
          v128.store(to + at, best)
          if (!indexBytes) continue
          if (small) storeBytes(index, where)
          else v128.store(index, where)
        }
      }
    }
  }
}

/** Four integers below 256 as bytes. */
// @ts-ignore: decorator
@inline
function storeBytes(to: usize, integers: v128): void {
  const words = i16x8.narrow_i32x4_s(integers, integers)
  store<u32>(to, i32x4.extract_lane(i8x16.narrow_i16x8_u(words, words), 0))
}

/**
 * The most frequent window, whole and with all loads at once. Where the largest value is NaN, the
 * index is 3. Returns the
 * address of the next index.
 */
function largest2x2(x: usize, row: usize, pixel: usize, y: usize, bytes: usize, index: usize, indexBytes: usize): usize {
  const below = x + row
  for (let at: usize = 0; at < bytes; at += 16, index += indexBytes) {
    const a = v128.load(x + at)
    const b = v128.load(x + at + pixel)
    const c = v128.load(below + at)
    const d = v128.load(below + at + pixel)
    // f32x4.max is NaN if one of its operands is.
    const largest = f32x4.max(f32x4.max(a, b), f32x4.max(c, d))
    v128.store(y + at, largest)
    if (!indexBytes) continue
    let where = v128.and(f32x4.ne(c, largest), i32x4.splat(1))
    where = i32x4.add(where, i32x4.splat(2))
    where = v128.bitselect(i32x4.splat(1), where, f32x4.eq(b, largest))
    where = v128.andnot(where, f32x4.eq(a, largest))
    storeBytes(index, where)
  }
  return index
}

export function maxPoolBackward(o: MaxPoolBackward): void {
  const windowWidth = o.windowWidth
  const small = o.windowHeight * windowWidth <= 256
  const channels = <usize>o.channels
  const dxRow = o.dxRow
  const dxPixel = o.dxPixel
  const inputHeight = o.inputHeight
  const inputWidth = o.inputWidth
  const indexBytes: usize = small ? 4 : 16
  let index = o.indices + <usize>(low * o.height * o.width) * channels * (small ? 1 : 4)
  for (let i = low; i < high; i++) {
    const image = o.dx + <usize>i * o.dxImage
    if (!o.accumulate) clear(image, dxRow, dxPixel, inputHeight, inputWidth, o.channels)
    for (let r = 0; r < o.height; r++) {
      const y0 = r * o.strideHeight - o.top
      const firstY = max(0, -y0)
      const lastY = min(o.windowHeight, inputHeight - y0)
      let from = o.dy + <usize>i * o.dyImage + <usize>r * o.dyRow
      for (let c = 0; c < o.width; c++, from += o.dyPixel) {
        const x0 = c * o.strideWidth - o.left
        const firstX = max(0, -x0)
        const lastX = min(windowWidth, inputWidth - x0)
        const corner = image + <usize>(y0 + firstY) * dxRow + <usize>(x0 + firstX) * dxPixel
        for (let at: usize = 0; at < channels << 2; at += 16, index += indexBytes) {
          const where = small
            ? i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(index)))
            : v128.load(index)
          const d = v128.load(from + at)
          let line = corner + at
          for (let wy = firstY; wy < lastY; wy++, line += dxRow) {
            let p = line
            for (let wx = firstX; wx < lastX; wx++, p += dxPixel) {
              const here = i32x4.eq(where, i32x4.splat(wy * windowWidth + wx))
              v128.store(p, f32x4.add(v128.load(p), v128.and(d, here)))
            }
          }
        }
      }
    }
  }
}

/**
 * The largest numbers of the windows, 16 channels at a time and then four. A maximum of −∞ may be one of NaN alone: these are
 * computed again.
 */
export function maxPoolOfNumbers(o: MaxPoolOfNumbers): void {
  const windowWidth = o.windowWidth
  const channels = o.channels
  const xRow = o.xRow
  const xPixel = o.xPixel
  const lowest = f32x4.splat(-Infinity)
  // Whole windows of 2×2 pixels of a few channels, whose results have no gaps.
  const packed = channels <= 4 && o.yPixel == <usize>channels << 2 && windowWidth == 2 && o.windowHeight == 2
  const whole = packed ? wholeColumns(o.left, o.strideWidth, o.inputWidth, o.width) : 0
  for (let i = low; i < high; i++) {
    const image = o.x + <usize>i * o.xImage
    for (let r = 0; r < o.height; r++) {
      const y0 = r * o.strideHeight - o.top
      const firstY = max(0, -y0)
      const countY = min(o.windowHeight, o.inputHeight - y0) - firstY
      let pixel = o.y + <usize>i * o.yImage + <usize>r * o.yRow
      let c = 0
      if (whole && countY == 2) {
        line2x2(image + <usize>y0 * xRow, xRow, xPixel, <usize>o.strideWidth * xPixel, pixel, o.yPixel, whole)
        c = whole
        pixel += <usize>whole * o.yPixel
      }
      for (; c < o.width; c++, pixel += o.yPixel) {
        const x0 = c * o.strideWidth - o.left
        const firstX = max(0, -x0)
        const countX = min(windowWidth, o.inputWidth - x0) - firstX
        let corner = image + <usize>(y0 + firstY) * xRow + <usize>(x0 + firstX) * xPixel
        let to = pixel
        let left = channels
        for (; left >= 16; left -= 16, corner += 64, to += 64) {
          let a = lowest
          let b = lowest
          let c = lowest
          let d = lowest
          let line = corner
          for (let wy = countY; wy > 0; wy--, line += xRow) {
            let p = line
            for (let wx = countX; wx > 0; wx--, p += xPixel) {
              // The first operand where the second is NaN.
              a = f32x4.pmax(a, v128.load(p))
              b = f32x4.pmax(b, v128.load(p, 16))
              c = f32x4.pmax(c, v128.load(p, 32))
              d = f32x4.pmax(d, v128.load(p, 48))
            }
          }
          v128.store(to, a)
          v128.store(to, b, 16)
          v128.store(to, c, 32)
          v128.store(to, d, 48)
          if (!v128.any_true(f32x4.eq(f32x4.pmin(f32x4.pmin(a, b), f32x4.pmin(c, d)), lowest))) continue
          for (let at: usize = 0; at < 64; at += 16) {
            v128.store(to + at, largestNumber(corner + at, xRow, xPixel, countY, countX))
          }
        }
        for (; left > 0; left -= 4, corner += 16, to += 16) {
          let a = maximum(corner, xRow, xPixel, countY, countX)
          if (v128.any_true(f32x4.eq(a, lowest))) a = largestNumber(corner, xRow, xPixel, countY, countX)
          storeFloats(to, a, left)
        }
      }
    }
  }
}

/** Columns of windows of two pixels that lie in the map, from the first one on: 0 unless the first window begins with the map. */
function wholeColumns(left: i32, stride: i32, inputWidth: i32, width: i32): i32 {
  if (left != 0 || inputWidth < 2) return 0
  return min(width, (inputWidth - 2) / stride + 1)
}

/**
 * The largest numbers of a line of whole windows of 2×2 pixels, up to four channels. The lanes behind the last channel hold
 * what the next window overwrites.
 */
function line2x2(x: usize, row: usize, pixel: usize, step: usize, y: usize, yPixel: usize, count: i32): void {
  const lowest = f32x4.splat(-Infinity)
  for (let left = <usize>count * yPixel; left > 0; left -= yPixel, x += step, y += yPixel) {
    const below = x + row
    let a = f32x4.pmax(f32x4.pmax(lowest, v128.load(x)), v128.load(x + pixel))
    a = f32x4.pmax(f32x4.pmax(a, v128.load(below)), v128.load(below + pixel))
    if (v128.any_true(f32x4.eq(a, lowest))) a = largestNumber(x, row, pixel, 2, 2)
    if (left >= 16) v128.store(y, a)
    else storeFloats(y, a, <i32>(yPixel >> 2))
  }
}

/** The maximum of −∞ and the numbers of a window in each of four channels. */
// @ts-ignore: decorator
@inline
function maximum(x: usize, row: usize, pixel: usize, height: i32, width: i32): v128 {
  let a = f32x4.splat(-Infinity)
  if (height == 2 && width == 2) {
    a = f32x4.pmax(f32x4.pmax(a, v128.load(x)), v128.load(x + pixel))
    return f32x4.pmax(f32x4.pmax(a, v128.load(x + row)), v128.load(x + row + pixel))
  }
  for (; height > 0; height--, x += row) {
    let p = x
    for (let n = width; n > 0; n--, p += pixel) a = f32x4.pmax(a, v128.load(p))
  }
  return a
}

/** The largest number of a window in each of four channels, NaN where there is none. */
function largestNumber(x: usize, row: usize, pixel: usize, height: i32, width: i32): v128 {
  let best = v128.load(x)
  for (; height > 0; height--, x += row) {
    let p = x
    for (let n = width; n > 0; n--, p += pixel) {
      const v = v128.load(p)
      best = v128.bitselect(v, best, v128.andnot(f32x4.eq(v, v), f32x4.le(v, best)))
    }
  }
  return best
}

/** The first `count` of four floats. */
// @ts-ignore: decorator
@inline
function storeFloats(to: usize, v: v128, count: i32): void {
  if (count >= 4) {
    v128.store(to, v)
    return
  }
  store<f32>(to, f32x4.extract_lane(v, 0))
  if (count > 1) store<f32>(to, f32x4.extract_lane(v, 1), 4)
  if (count > 2) store<f32>(to, f32x4.extract_lane(v, 2), 8)
}

/** The sum of a window in each of four channels, of the sums of its rows. */
// @ts-ignore: decorator
@inline
function total(x: usize, row: usize, pixel: usize, height: i32, width: i32): v128 {
  let sum = f32x4.splat(0)
  if (height == 2 && width == 2) {
    // 0 first: a sum of −0 is 0, as in the loop.
    sum = f32x4.add(sum, f32x4.add(v128.load(x), v128.load(x + pixel)))
    return f32x4.add(sum, f32x4.add(v128.load(x + row), v128.load(x + row + pixel)))
  }
  for (; height > 0; height--, x += row) {
    let part = f32x4.splat(0)
    let p = x
    for (let n = width; n > 0; n--, p += pixel) part = f32x4.add(part, v128.load(p))
    sum = f32x4.add(sum, part)
  }
  return sum
}

/** A sum of its own for each row of a window: of a large window the error stays small. */
export function averagePool(o: AveragePool): void {
  const windowWidth = o.windowWidth
  const channels = o.channels
  const xRow = o.xRow
  const xPixel = o.xPixel
  for (let i = low; i < high; i++) {
    const image = o.x + <usize>i * o.xImage
    for (let r = 0; r < o.height; r++) {
      const y0 = r * o.strideHeight - o.top
      const firstY = max(0, -y0)
      const countY = min(o.windowHeight, o.inputHeight - y0) - firstY
      let pixel = o.y + <usize>i * o.yImage + <usize>r * o.yRow
      for (let c = 0; c < o.width; c++, pixel += o.yPixel) {
        const x0 = c * o.strideWidth - o.left
        const firstX = max(0, -x0)
        const countX = min(windowWidth, o.inputWidth - x0) - firstX
        let corner = image + <usize>(y0 + firstY) * xRow + <usize>(x0 + firstX) * xPixel
        const count = f32x4.splat(<f32>(countY * countX))
        let to = pixel
        let left = channels
        for (; left >= 16; left -= 16, corner += 64, to += 64) {
          let a = f32x4.splat(0)
          let b = f32x4.splat(0)
          let c = f32x4.splat(0)
          let d = f32x4.splat(0)
          let line = corner
          for (let wy = countY; wy > 0; wy--, line += xRow) {
            let e = f32x4.splat(0)
            let f = f32x4.splat(0)
            let g = f32x4.splat(0)
            let h = f32x4.splat(0)
            let p = line
            for (let wx = countX; wx > 0; wx--, p += xPixel) {
              e = f32x4.add(e, v128.load(p))
              f = f32x4.add(f, v128.load(p, 16))
              g = f32x4.add(g, v128.load(p, 32))
              h = f32x4.add(h, v128.load(p, 48))
            }
            a = f32x4.add(a, e)
            b = f32x4.add(b, f)
            c = f32x4.add(c, g)
            d = f32x4.add(d, h)
          }
          v128.store(to, f32x4.div(a, count))
          v128.store(to, f32x4.div(b, count), 16)
          v128.store(to, f32x4.div(c, count), 32)
          v128.store(to, f32x4.div(d, count), 48)
        }
        for (; left > 0; left -= 4, corner += 16, to += 16) {
          const sum = total(corner, xRow, xPixel, countY, countX)
          storeFloats(to, f32x4.div(sum, count), left)
        }
      }
    }
  }
}

export function averagePoolBackward(o: AveragePoolBackward): void {
  const windowWidth = o.windowWidth
  const bytes = <usize>o.channels << 2
  const dxRow = o.dxRow
  const dxPixel = o.dxPixel
  for (let i = low; i < high; i++) {
    const image = o.dx + <usize>i * o.dxImage
    if (!o.accumulate) clear(image, dxRow, dxPixel, o.inputHeight, o.inputWidth, o.channels)
    for (let r = 0; r < o.height; r++) {
      const y0 = r * o.strideHeight - o.top
      const firstY = max(0, -y0)
      const countY = min(o.windowHeight, o.inputHeight - y0) - firstY
      let from = o.dy + <usize>i * o.dyImage + <usize>r * o.dyRow
      for (let c = 0; c < o.width; c++, from += o.dyPixel) {
        const x0 = c * o.strideWidth - o.left
        const firstX = max(0, -x0)
        const countX = min(windowWidth, o.inputWidth - x0) - firstX
        const corner = image + <usize>(y0 + firstY) * dxRow + <usize>(x0 + firstX) * dxPixel
        const count = f32x4.splat(<f32>(countY * countX))
        for (let at: usize = 0; at < bytes; at += 16) {
          const d = f32x4.div(v128.load(from + at), count)
          let line = corner + at
          for (let wy = countY; wy > 0; wy--, line += dxRow) {
            let p = line
            for (let wx = countX; wx > 0; wx--, p += dxPixel) v128.store(p, f32x4.add(v128.load(p), d))
          }
        }
      }
    }
  }
}
