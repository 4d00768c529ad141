import { Depthwise, DepthwiseInput, DepthwiseWeights, GemmFlags } from './generated/records'
import { high, low, rows, shard, split } from './context'
import { mapSums } from './convolution'
import { multiplyAdd } from './multiply-add'
import { clear } from './placement'
import { relu } from './relu'

/**
 * Convolutions of each channel by itself, four filters at a time. With a multiplier other than one, four filters read the
 * channels ⌊f / multiplier⌋, which are gathered. See src/manifest/convolution.ts.
 */

/** The values of x that filters f to f + 3 read at a pixel. */
// @ts-ignore: decorator
@inline
function read(pixel: usize, f: i32, multiplier: i32, channels: i32): v128 {
  if (multiplier == 1) return v128.load(pixel + (<usize>f << 2))
  let v = f32x4.splat(0)
  const last = channels - 1
  v = f32x4.replace_lane(v, 0, load<f32>(pixel + (<usize>min(last, f / multiplier) << 2)))
  v = f32x4.replace_lane(v, 1, load<f32>(pixel + (<usize>min(last, (f + 1) / multiplier) << 2)))
  v = f32x4.replace_lane(v, 2, load<f32>(pixel + (<usize>min(last, (f + 2) / multiplier) << 2)))
  return f32x4.replace_lane(v, 3, load<f32>(pixel + (<usize>min(last, (f + 3) / multiplier) << 2)))
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
      let p = x
      let to = y + column
      for (let c = o.width; c > 0; c--, p += xStep, to += o.yPixel) {
        let sum = keep ? v128.load(to) : begin
        let w = o.weights + column
        for (let ky: usize = 0; ky < <usize>o.kernelHeight; ky++) {
          let tap = p + ky * xLine
          for (let kx = o.kernelWidth; kx > 0; kx--, tap += xTap, w += taps) {
            sum = multiplyAdd(sum, read(tap, f, multiplier, channels), v128.load(w))
          }
        }
        v128.store(to, positive ? relu(sum) : sum)
      }
    }
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
        for (let ky = 0; ky < o.kernelHeight; ky++) {
          for (let kx = 0; kx < o.kernelWidth; kx++, w += taps) {
            let sum = v128.load(w)
            let p = x + <usize>(ky * o.dilationHeight) * o.xRow + <usize>(kx * o.dilationWidth) * o.xPixel
            let d = dy + column
            for (let c = o.width; c > 0; c--, p += xStep, d += o.dyPixel) {
              sum = multiplyAdd(sum, read(p, f, multiplier, channels), v128.load(d))
            }
            v128.store(w, sum)
          }
        }
      }
    }
  }
}

export function depthwiseInput(o: DepthwiseInput): void {
  const filters = o.filters
  const channels = o.channels
  const multiplier = o.multiplier
  const taps = <usize>filters << 2
  const inputWidth = o.inputWidth
  const dxPixel = o.dxPixel
  for (let i = <usize>low; i < <usize>high; i++) {
    const dx = o.dx + i * o.dxImage
    if (!o.accumulate) clear(dx, o.dxRow, dxPixel, o.inputHeight, inputWidth, channels)
    for (let r = 0; r < o.height; r++) {
      let dy = o.dy + i * o.dyImage + <usize>r * o.dyRow
      for (let c = 0; c < o.width; c++, dy += o.dyPixel) {
        let w = o.weights
        for (let ky = 0; ky < o.kernelHeight; ky++) {
          const row = r * o.strideHeight + ky * o.dilationHeight - o.top
          for (let kx = 0; kx < o.kernelWidth; kx++, w += taps) {
            const column = c * o.strideWidth + kx * o.dilationWidth - o.left
            if (row < 0 || row >= o.inputHeight || column < 0 || column >= inputWidth) continue
            const to = dx + <usize>row * o.dxRow + <usize>column * dxPixel
            if (multiplier == 1) {
              for (let at: usize = 0; at < taps; at += 16) {
                v128.store(to + at, multiplyAdd(v128.load(to + at), v128.load(dy + at), v128.load(w + at)))
              }
            } else {
              for (let f = 0, most = min(filters, channels * multiplier); f < most; f++) {
                const p = to + (<usize>(f / multiplier) << 2)
                const at = <usize>f << 2
                store<f32>(p, load<f32>(p) + load<f32>(dy + at) * load<f32>(w + at))
              }
            }
          }
        }
      }
    }
  }
}
