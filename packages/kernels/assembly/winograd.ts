import { ConvolutionMethod, Convolve, ConvolveWeights, GemmFlags, WinogradWeights } from './generated/records'
import { shard, split, thread } from './context'
import { block } from './gemm'
import {
  gradient2, gradient4, input2, input4, output2, output4, weights2, weights4, weightsBack2, weightsBack4,
} from './generated/winograd'

/**
 * Winograd's convolutions with 3×3 kernels. A block of tiles is transformed into scratch, multiplied point by point with the
 * transformed weights, and transformed back, all while it lies in the second-level cache. A tile's values do not
 * depend on what other tiles are in its block.
 */

/** Tiles of a block. `scratchBytes` in src/convolution.ts counts with it. */
const BLOCK = 32
/** Tiles of a block of the gradient by weights, whose products run over the tiles. */
const WEIGHTS_BLOCK = 64

// @ts-ignore: decorator
@inline
function pointsOf(method: i32): i32 {
  return (method + 2) * (method + 2)
}

/**
 * Bytes from one point to the next, which has `lines` lines of `row` bytes. One cache line more: distances of a power of two
 * share few sets of the cache.
 */
// @ts-ignore: decorator
@inline
function pointBytes(lines: i32, row: usize): usize {
  return <usize>lines * row + 64
}

/** Shards split the channels of each panel. */
export function winogradWeights(o: WinogradWeights): void {
  const channels = o.channels
  const filters = o.filters
  const row = <usize>min(16, filters) << 2
  const tap = <usize>channels * row
  const panels = (filters + 15) >> 4
  const point = pointBytes(panels * channels, row)
  const first = split(channels, shard)
  const bytes = <usize>(split(channels, shard + 1) - first) * row
  for (let p: usize = 0; p < <usize>panels; p++) {
    const from = o.source + p * 9 * tap + <usize>first * row
    const to = o.target + p * tap + <usize>first * row
    if (o.method == ConvolutionMethod.winograd4) weights4(from, tap, to, point, bytes)
    else weights2(from, tap, to, point, bytes)
  }
}

/** Rows `row` to before `row + height` of `images` images from `image` on; `row` is the first of a tile. */
export function winograd(o: Convolve, image: i32, row: i32, height: i32, images: i32): void {
  const method = o.method
  const points = pointsOf(method)
  const channels = o.channels
  const filters = o.filters
  const width = o.width
  const across = (width + method - 1) / method
  const down = (height + method - 1) / method
  const tiles = images * across * down
  const bRow = <usize>min(16, filters) << 2
  const panel = <usize>channels * bRow
  const weightPoint = pointBytes(((filters + 15) >> 4) * channels, bRow)
  const vRow = <usize>channels << 2
  const mRow = <usize>filters << 2
  const vPoint = pointBytes(BLOCK, vRow)
  const mPoint = pointBytes(BLOCK, mRow)
  const v = o.scratch + <usize>thread * o.scratchThread
  const m = v + <usize>points * vPoint
  const floor: f32 = o.flags & GemmFlags.relu ? 0 : -Infinity
  for (let first = 0; first < tiles; first += BLOCK) {
    const count = min(BLOCK, tiles - first)
    for (let t = 0; t < count; t++) {
      const tile = first + t
      const x = o.x + <usize>(image + tile / across / down) * o.xImage
        + <usize>(row + tile / across % down * method) * o.xRow + <usize>(tile % across * method) * o.xPixel
      const to = v + <usize>t * vRow
      if (method == ConvolutionMethod.winograd4) input4(x, o.xRow, o.xPixel, to, vPoint, vRow)
      else input2(x, o.xRow, o.xPixel, to, vPoint, vRow)
    }
    for (let point: usize = 0; point < <usize>points; point++) {
      for (let f = 0; f < filters; f += 16) {
        block(
          v + point * vPoint, vRow, 4, o.weights + point * weightPoint + <usize>(f >> 4) * panel, bRow,
          m + point * mPoint + (<usize>f << 2), mRow, channels, count, min(16, filters - f), 0, 0,
        )
      }
    }
    for (let t = 0; t < count; t++) {
      const tile = first + t
      const y = tile / across % down * method
      const x = tile % across * method
      const to = o.y + <usize>(image + tile / across / down) * o.yImage + <usize>(row + y) * o.yRow + <usize>x * o.yPixel
      const from = m + <usize>t * mRow
      const rows = min(method, height - y)
      const columns = min(method, width - x)
      const whole = rows == method && columns == method
      // A tile that reaches over the edge replaces its points first.
      const tileTo = whole ? to : from
      const tileRow = whole ? o.yRow : <usize>method * mPoint
      const tilePixel = whole ? o.yPixel : mPoint
      if (method == ConvolutionMethod.winograd4) output4(from, mPoint, tileTo, tileRow, tilePixel, o.bias, floor, mRow)
      else output2(from, mPoint, tileTo, tileRow, tilePixel, o.bias, floor, mRow)
      if (!whole) copyPixels(from, tileRow, tilePixel, to, o.yRow, o.yPixel, rows, columns, mRow)
    }
  }
}

/** Copies `rows` × `columns` pixels of `bytes` bytes, a multiple of 16. */
function copyPixels(
  from: usize, fromRow: usize, fromPixel: usize, to: usize, toRow: usize, toPixel: usize, rows: i32, columns: i32, bytes: usize,
): void {
  for (let y: usize = 0; y < <usize>rows; y++) {
    for (let x: usize = 0; x < <usize>columns; x++) {
      const source = from + y * fromRow + x * fromPixel
      const target = to + y * toRow + x * toPixel
      for (let at: usize = 0; at < bytes; at += 16) v128.store(target + at, v128.load(source + at))
    }
  }
}

/** The gradient by the weights over images `first` to `last`, for panels of filters from `firstFilter` to `lastFilter`. */
export function winogradGradient(
  o: ConvolveWeights, dw: usize, first: i32, last: i32, firstFilter: i32, lastFilter: i32,
): void {
  const method = o.method
  const points = pointsOf(method)
  const channels = o.channels
  const filters = o.filters
  const across = (o.width + method - 1) / method
  const down = (o.height + method - 1) / method
  const begin = first * across * down
  const tiles = last * across * down
  const bRow = <usize>min(16, filters) << 2
  const panel = <usize>channels * bRow
  const weightPoint = pointBytes(((filters + 15) >> 4) * channels, bRow)
  // Panels of 16 channels: the products run down the tiles.
  const xPanels = (channels + 15) >> 4
  const yPanels = (filters + 15) >> 4
  const xRow = <usize>min(16, channels) << 2
  const yRow = bRow
  const xPanel = pointBytes(WEIGHTS_BLOCK, xRow)
  const yPanel = pointBytes(WEIGHTS_BLOCK, yRow)
  const xPoint = <usize>xPanels * xPanel
  const yPoint = <usize>yPanels * yPanel
  const v = o.scratch + <usize>thread * o.scratchThread
  const z = v + <usize>points * xPoint
  const du = z + <usize>points * yPoint
  // Blocks of one size: a short one at the end would cost as many loads of sums as a long one.
  const blocks = (tiles - begin + WEIGHTS_BLOCK - 1) / WEIGHTS_BLOCK
  const size = (tiles - begin + blocks - 1) / blocks
  for (let from = begin; from < tiles; from += size) {
    const count = min(size, tiles - from)
    for (let t = 0; t < count; t++) {
      const tile = from + t
      const image = <usize>(tile / across / down)
      const row = <usize>(tile / across % down * method)
      const column = <usize>(tile % across * method)
      const x = o.x + image * o.xImage + row * o.xRow + column * o.xPixel
      const dy = o.dy + image * o.dyImage + row * o.dyRow + column * o.dyPixel
      for (let c = 0; c < channels; c += 16) {
        const at = x + (<usize>c << 2)
        const to = v + <usize>(c >> 4) * xPanel + <usize>t * xRow
        const bytes = <usize>min(16, channels - c) << 2
        if (method == ConvolutionMethod.winograd4) input4(at, o.xRow, o.xPixel, to, xPoint, bytes)
        else input2(at, o.xRow, o.xPixel, to, xPoint, bytes)
      }
      for (let f = firstFilter; f < lastFilter; f += 16) {
        const at = dy + (<usize>f << 2)
        const to = z + <usize>(f >> 4) * yPanel + <usize>t * yRow
        const bytes = <usize>min(16, filters - f) << 2
        if (method == ConvolutionMethod.winograd4) gradient4(at, o.dyRow, o.dyPixel, to, yPoint, bytes)
        else gradient2(at, o.dyRow, o.dyPixel, to, yPoint, bytes)
      }
    }
    const flags = from > begin ? GemmFlags.keep : 0
    for (let point: usize = 0; point < <usize>points; point++) {
      for (let f = firstFilter; f < lastFilter; f += 16) {
        for (let c = 0; c < channels; c += 16) {
          block(
            v + point * xPoint + <usize>(c >> 4) * xPanel, 4, xRow, z + point * yPoint + <usize>(f >> 4) * yPanel, yRow,
            du + point * weightPoint + <usize>(f >> 4) * panel + <usize>c * bRow, bRow,
            count, min(16, channels - c), min(16, filters - f), 0, flags,
          )
        }
      }
    }
  }
  for (let f = firstFilter; f < lastFilter; f += 16) {
    const p = <usize>(f >> 4)
    if (method == ConvolutionMethod.winograd4) weightsBack4(du + p * panel, weightPoint, dw + p * 9 * panel, panel, panel)
    else weightsBack2(du + p * panel, weightPoint, dw + p * 9 * panel, panel, panel)
  }
}
