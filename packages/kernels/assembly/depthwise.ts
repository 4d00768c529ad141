import { Depthwise, DepthwiseInput, DepthwiseWeights, GemmFlags } from './generated/records'
import { high, low, rows, shard, split, thread } from './context'
import { mapSums } from './convolution'
import { multiplyAdd } from './multiply-add'
import { clear } from './placement'
import { relu } from './relu'

/**
 * Convolutions of each channel by itself, four filters at a time. With a multiplier other than one, four filters read the
 * channels ⌊f / multiplier⌋: two at most. See src/manifest/convolution.ts.
 */

/** The values of a pixel that four filters read which share two channels. */
// @ts-ignore: decorator
@inline
function pick(pixel: usize, one: usize, two: usize, second: v128): v128 {
  return v128.bitselect(v128.load32_splat(pixel + two), v128.load32_splat(pixel + one), second)
}

/**
 * The values of x that filters f to f + 3 read at a pixel. With a multiplier they read two channels at most, at `one` and `two`:
 * the second in the lanes of `second`.
 */
// @ts-ignore: decorator
@inline
function read(pixel: usize, column: usize, multiplier: i32, one: usize, two: usize, second: v128): v128 {
  if (multiplier == 1) return v128.load(pixel + column)
  return pick(pixel, one, two, second)
}

/** Bytes to the channel that filter f reads. Filters of padding read the last channel. */
// @ts-ignore: decorator
@inline
function channelOf(f: i32, multiplier: i32, channels: i32): usize {
  return <usize>min(channels - 1, f / multiplier) << 2
}

/** The lanes of filters f to f + 3 that do not read the channel of f. */
// @ts-ignore: decorator
@inline
function lanesOfSecond(f: i32, multiplier: i32): v128 {
  return i32x4.ge_s(i32x4(0, 1, 2, 3), i32x4.splat(multiplier - (f % multiplier)))
}

export function depthwise(o: Depthwise): void {
  const height = o.height
  const filters = o.filters
  const channels = o.channels
  const multiplier = o.multiplier
  const taps = <usize>filters << 2
  const xTap = <usize>o.dilationWidth * o.xPixel
  const xLine = <usize>o.dilationHeight * o.xRow
  const xStep = <usize>o.strideWidth * o.xPixel
  const keep = o.flags & GemmFlags.keep
  const positive = o.flags & GemmFlags.relu
  const byRow = o.byRow
  const first = byRow ? split(rows * height, shard) : low * height
  const last = byRow ? split(rows * height, shard + 1) : high * height
  for (let line = first; line < last; line++) {
    const i = <usize>(line / height)
    const r = <usize>(line % height)
    const x = o.x + i * o.xImage + r * <usize>o.strideHeight * o.xRow
    const y = o.y + i * o.yImage + r * o.yRow
    for (let f = 0; f < filters; f += 4) {
      const column = <usize>f << 2
      const begin = o.bias ? v128.load(o.bias + column) : f32x4.splat(0)
      const one = channelOf(f, multiplier, channels)
      const two = channelOf(f + 3, multiplier, channels)
      const second = lanesOfSecond(f, multiplier)
      let p = x
      let to = y + column
      if (multiplier == 1 && o.kernelHeight == 3 && o.kernelWidth == 3) {
        line3x3(p + column, xStep, xTap, xLine, o.weights + column, taps, to, o.yPixel, o.width, begin, o.flags)
        continue
      }
      if (multiplier > 1 && o.kernelHeight == 3 && o.kernelWidth == 3) {
        shared3x3(p, xStep, xTap, xLine, one, two, second, o.weights + column, taps, to, o.yPixel, o.width, begin, o.flags)
        continue
      }
      for (let c = o.width; c > 0; c--, p += xStep, to += o.yPixel) {
        let sum = keep ? v128.load(to) : begin
        let w = o.weights + column
        for (let ky: usize = 0; ky < <usize>o.kernelHeight; ky++) {
          let tap = p + ky * xLine
          for (let kx = o.kernelWidth; kx > 0; kx--, tap += xTap, w += taps) {
            sum = multiplyAdd(sum, read(tap, column, multiplier, one, two, second), v128.load(w))
          }
        }
        v128.store(to, positive ? relu(sum) : sum)
      }
    }
  }
}

/** A line of the output map, four channels, 3×3 taps: the weights stay in registers, and a sum for each kernel row hides the latency. */
function line3x3(
  p: usize, step: usize, tap: usize, row: usize, w: usize, taps: usize, to: usize, pixel: usize, width: i32, begin: v128, flags: i32,
): void {
  const w0 = v128.load(w)
  const w1 = v128.load(w + taps)
  const w2 = v128.load(w + 2 * taps)
  const w3 = v128.load(w + 3 * taps)
  const w4 = v128.load(w + 4 * taps)
  const w5 = v128.load(w + 5 * taps)
  const w6 = v128.load(w + 6 * taps)
  const w7 = v128.load(w + 7 * taps)
  const w8 = v128.load(w + 8 * taps)
  const tap2 = tap << 1
  let q = p + row
  let r = q + row
  for (; width > 0; width--, p += step, q += step, r += step, to += pixel) {
    let s = multiplyAdd(flags & GemmFlags.keep ? v128.load(to) : begin, v128.load(p), w0)
    let t = f32x4.mul(v128.load(q), w3)
    let u = f32x4.mul(v128.load(r), w6)
    s = multiplyAdd(s, v128.load(p + tap), w1)
    t = multiplyAdd(t, v128.load(q + tap), w4)
    u = multiplyAdd(u, v128.load(r + tap), w7)
    s = multiplyAdd(s, v128.load(p + tap2), w2)
    t = multiplyAdd(t, v128.load(q + tap2), w5)
    u = multiplyAdd(u, v128.load(r + tap2), w8)
    s = f32x4.add(f32x4.add(s, t), u)
    v128.store(to, flags & GemmFlags.relu ? relu(s) : s)
  }
}

/** A line of the output map with a multiplier, four filters, 3×3 taps. The pixels hide the latency of a sum from each other. */
function shared3x3(
  p: usize, step: usize, tap: usize, row: usize, one: usize, two: usize, second: v128, w: usize, taps: usize, to: usize, pixel: usize,
  width: i32, begin: v128, flags: i32,
): void {
  const w0 = v128.load(w)
  const w1 = v128.load(w + taps)
  const w2 = v128.load(w + 2 * taps)
  const w3 = v128.load(w + 3 * taps)
  const w4 = v128.load(w + 4 * taps)
  const w5 = v128.load(w + 5 * taps)
  const w6 = v128.load(w + 6 * taps)
  const w7 = v128.load(w + 7 * taps)
  const w8 = v128.load(w + 8 * taps)
  const tap2 = tap << 1
  let q = p + row
  let r = q + row
  for (; width > 0; width--, p += step, q += step, r += step, to += pixel) {
    let s = multiplyAdd(flags & GemmFlags.keep ? v128.load(to) : begin, pick(p, one, two, second), w0)
    s = multiplyAdd(s, pick(p + tap, one, two, second), w1)
    s = multiplyAdd(s, pick(p + tap2, one, two, second), w2)
    s = multiplyAdd(s, pick(q, one, two, second), w3)
    s = multiplyAdd(s, pick(q + tap, one, two, second), w4)
    s = multiplyAdd(s, pick(q + tap2, one, two, second), w5)
    s = multiplyAdd(s, pick(r, one, two, second), w6)
    s = multiplyAdd(s, pick(r + tap, one, two, second), w7)
    s = multiplyAdd(s, pick(r + tap2, one, two, second), w8)
    v128.store(to, flags & GemmFlags.relu ? relu(s) : s)
  }
}

export function depthwiseWeights(o: DepthwiseWeights): void {
  const filters = o.filters
  const channels = o.channels
  const multiplier = o.multiplier
  const taps = <usize>filters << 2
  const xStep = <usize>o.strideWidth * o.xPixel
  const dw = o.dw + <usize>shard * o.dwShard
  const db = o.db
  clear(dw, 0, 0, 1, 1, o.kernelHeight * o.kernelWidth * filters)
  if (db) {
    mapSums(o.dy, o.dyImage, o.dyRow, o.dyPixel, o.height, o.width, db + <usize>shard * o.dbShard, low, high, 0, filters)
  }
  for (let i = <usize>low; i < <usize>high; i++) {
    for (let r: usize = 0; r < <usize>o.height; r++) {
      const x = o.x + i * o.xImage + r * <usize>o.strideHeight * o.xRow
      const dy = o.dy + i * o.dyImage + r * o.dyRow
      for (let f = 0; f < filters; f += 4) {
        const column = <usize>f << 2
        let w = dw + column
        if (multiplier == 1 && o.kernelHeight == 3 && o.kernelWidth == 3) {
          gradient3x3(
            x + column, xStep, <usize>o.dilationWidth * o.xPixel, <usize>o.dilationHeight * o.xRow, w, taps, dy + column, o.dyPixel, o.width,
          )
          continue
        }
        const one = channelOf(f, multiplier, channels)
        const two = channelOf(f + 3, multiplier, channels)
        const second = lanesOfSecond(f, multiplier)
        for (let ky = 0; ky < o.kernelHeight; ky++) {
          const line = x + <usize>(ky * o.dilationHeight) * o.xRow
          if (multiplier > 1 && o.kernelWidth == 3) {
            gradient3(line, xStep, <usize>o.dilationWidth * o.xPixel, one, two, second, w, taps, dy + column, o.dyPixel, o.width)
            w += 3 * taps
            continue
          }
          for (let kx = 0; kx < o.kernelWidth; kx++, w += taps) {
            let sum = v128.load(w)
            let p = line + <usize>(kx * o.dilationWidth) * o.xPixel
            let d = dy + column
            for (let c = o.width; c > 0; c--, p += xStep, d += o.dyPixel) {
              sum = multiplyAdd(sum, read(p, column, multiplier, one, two, second), v128.load(d))
            }
            v128.store(w, sum)
          }
        }
      }
    }
  }
}

/** Adds a line's part of the gradient of 3×3 taps, four channels. */
function gradient3x3(p: usize, step: usize, tap: usize, row: usize, w: usize, taps: usize, dy: usize, pixel: usize, width: i32): void {
  let s0 = v128.load(w)
  let s1 = v128.load(w + taps)
  let s2 = v128.load(w + 2 * taps)
  let s3 = v128.load(w + 3 * taps)
  let s4 = v128.load(w + 4 * taps)
  let s5 = v128.load(w + 5 * taps)
  let s6 = v128.load(w + 6 * taps)
  let s7 = v128.load(w + 7 * taps)
  let s8 = v128.load(w + 8 * taps)
  const tap2 = tap << 1
  let q = p + row
  let r = q + row
  for (; width > 0; width--, p += step, q += step, r += step, dy += pixel) {
    const d = v128.load(dy)
    s0 = multiplyAdd(s0, v128.load(p), d)
    s1 = multiplyAdd(s1, v128.load(p + tap), d)
    s2 = multiplyAdd(s2, v128.load(p + tap2), d)
    s3 = multiplyAdd(s3, v128.load(q), d)
    s4 = multiplyAdd(s4, v128.load(q + tap), d)
    s5 = multiplyAdd(s5, v128.load(q + tap2), d)
    s6 = multiplyAdd(s6, v128.load(r), d)
    s7 = multiplyAdd(s7, v128.load(r + tap), d)
    s8 = multiplyAdd(s8, v128.load(r + tap2), d)
  }
  v128.store(w, s0)
  v128.store(w + taps, s1)
  v128.store(w + 2 * taps, s2)
  v128.store(w + 3 * taps, s3)
  v128.store(w + 4 * taps, s4)
  v128.store(w + 5 * taps, s5)
  v128.store(w + 6 * taps, s6)
  v128.store(w + 7 * taps, s7)
  v128.store(w + 8 * taps, s8)
}

/** Adds a line's part of the gradient of three taps of a kernel row with a multiplier, four filters. */
function gradient3(
  p: usize, step: usize, tap: usize, one: usize, two: usize, second: v128, w: usize, taps: usize, dy: usize, pixel: usize, width: i32,
): void {
  let s0 = v128.load(w)
  let s1 = v128.load(w + taps)
  let s2 = v128.load(w + 2 * taps)
  let q = p + tap
  let r = q + tap
  for (; width > 0; width--, p += step, q += step, r += step, dy += pixel) {
    const d = v128.load(dy)
    s0 = multiplyAdd(s0, pick(p, one, two, second), d)
    s1 = multiplyAdd(s1, pick(q, one, two, second), d)
    s2 = multiplyAdd(s2, pick(r, one, two, second), d)
  }
  v128.store(w, s0)
  v128.store(w + taps, s1)
  v128.store(w + 2 * taps, s2)
}

/** Copies `pixels` pixels of filters: filter c · multiplier + m goes to channel c of plane m. Channels of padding get zeros. */
function splitPlanes(from: usize, pixel: usize, to: usize, pixels: i32, filters: i32, channels: i32, multiplier: i32): void {
  for (; pixels > 0; pixels--, from += pixel) {
    for (let m = 0; m < multiplier; m++) {
      for (let c = 0, f = m; c < channels; c++, f += multiplier, to += 4) {
        store<f32>(to, f < filters ? load<f32>(from + (<usize>f << 2)) : 0)
      }
    }
  }
}

/** With a multiplier, planes of the weights and of a line of dy let vectors hold neighbouring channels. */
export function depthwiseInput(o: DepthwiseInput): void {
  const filters = o.filters
  const channels = o.channels
  const multiplier = o.multiplier
  const width = o.width
  const planes = multiplier > 1
  const plane = <usize>channels << 2
  const strideWidth = o.strideWidth
  const inputWidth = o.inputWidth
  const dxPixel = o.dxPixel
  const step = <usize>strideWidth * dxPixel
  const taps = o.kernelHeight * o.kernelWidth
  // Bytes of the weights of a tap, and of a pixel of dy.
  const tap = planes ? <usize>multiplier * plane : <usize>filters << 2
  const dyPixel = planes ? tap : o.dyPixel
  const weights = planes ? o.scratch + <usize>thread * o.scratchThread : o.weights
  const planesOfLine = weights + <usize>taps * tap
  if (planes) splitPlanes(o.weights, <usize>filters << 2, weights, taps, filters, channels, multiplier)
  for (let i = <usize>low; i < <usize>high; i++) {
    const dx = o.dx + i * o.dxImage
    if (!o.accumulate) clear(dx, o.dxRow, dxPixel, o.inputHeight, inputWidth, channels)
    for (let r = 0; r < o.height; r++) {
      let line = o.dy + i * o.dyImage + <usize>r * o.dyRow
      if (planes) {
        splitPlanes(line, o.dyPixel, planesOfLine, width, filters, channels, multiplier)
        line = planesOfLine
      }
      for (let ky = 0; ky < o.kernelHeight; ky++) {
        const row = r * o.strideHeight + ky * o.dilationHeight - o.top
        if (row < 0 || row >= o.inputHeight) continue
        for (let kx = 0; kx < o.kernelWidth; kx++) {
          // Columns whose pixel lies in the map.
          const offset = kx * o.dilationWidth - o.left
          const first = offset < 0 ? (strideWidth - 1 - offset) / strideWidth : 0
          const last = min(width, offset < inputWidth ? (inputWidth - 1 - offset) / strideWidth + 1 : 0)
          const w = weights + <usize>(ky * o.kernelWidth + kx) * tap
          const from = line + <usize>first * dyPixel
          const to = dx + <usize>row * o.dxRow + <usize>(first * strideWidth + offset) * dxPixel
          for (let m: usize = 0; m < tap; m += plane) {
            let at: usize = 0
            for (; at + 16 <= plane; at += 16) {
              const weight = v128.load(w + m + at)
              let d = from + m + at
              let p = to + at
              for (let c = last - first; c > 0; c--, d += dyPixel, p += step) {
                v128.store(p, multiplyAdd(v128.load(p), v128.load(d), weight))
              }
            }
            // The one channel of an unpadded map.
            for (; at < plane; at += 4) {
              const weight = load<f32>(w + m + at)
              let d = from + m + at
              let p = to + at
              for (let c = last - first; c > 0; c--, d += dyPixel, p += step) {
                store<f32>(p, load<f32>(p) + load<f32>(d) * weight)
              }
            }
          }
        }
      }
    }
  }
}
