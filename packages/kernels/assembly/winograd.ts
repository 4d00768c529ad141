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
 *
 * The last point of a dimension, ∞, contributes to the last pixel alone. A tile that reaches over the edge does without it: so
 * in the last row of points, the last column and their corner, only some tiles have a line, one after the other. What such
 * a tile writes there, the next tile replaces.
 */

/** Tiles of a block. `convolutionScratch` in src/convolution.ts counts with it. */
const BLOCK = 32
/** Bytes of a transform's room between columns and rows: a pair of vectors for each point. It is counted there, too. */
const BETWEEN: usize = 36 * 32
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

/** Lines of a block at each kind of point: how many tiles have one so far. */
let below = 0
let right = 0
let corner = 0

/** Counts a tile that covers its last row of pixels, its last column, or both. */
// @ts-ignore: decorator
@inline
function countLines(wholeRows: bool, wholeColumns: bool): void {
  below += i32(wholeRows)
  right += i32(wholeColumns)
  corner += i32(wholeRows && wholeColumns)
}

// @ts-ignore: decorator
@inline
function resetLines(): void {
  below = 0
  right = 0
  corner = 0
}

/** Lines at point `point` of `size`×`size`, in a block of `count` tiles. */
// @ts-ignore: decorator
@inline
function linesAt(point: i32, size: i32, count: i32): i32 {
  const last = size - 1
  return point % size < last ? (point / size < last ? count : below) : point / size < last ? right : corner
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
  const between = o.scratch + <usize>thread * o.scratchThread
  const v = between + BETWEEN
  const m = v + <usize>points * vPoint
  const keep = (o.flags & GemmFlags.keep) != 0
  const bias: usize = keep ? 0 : o.bias
  const floor: f32 = o.flags & GemmFlags.relu ? 0 : -Infinity
  for (let first = 0; first < tiles; first += BLOCK) {
    const count = min(BLOCK, tiles - first)
    resetLines()
    for (let t = 0; t < count; t++) {
      const tile = first + t
      const y = tile / across % down * method
      const x = tile % across * method
      const from = o.x + <usize>(image + tile / across / down) * o.xImage + <usize>(row + y) * o.xRow + <usize>x * o.xPixel
      const to = v + <usize>t * vRow
      const toBelow = v + <usize>below * vRow
      const toRight = v + <usize>right * vRow
      const toCorner = v + <usize>corner * vRow
      if (method == ConvolutionMethod.winograd4) {
        input4(from, o.xRow, o.xPixel, to, toBelow, toRight, toCorner, vPoint, between, vRow)
      } else {
        input2(from, o.xRow, o.xPixel, to, toBelow, toRight, toCorner, vPoint, between, vRow)
      }
      countLines(y + method <= height, x + method <= width)
    }
    for (let point = 0; point < points; point++) {
      const lines = linesAt(point, method + 2, count)
      const vAt = v + <usize>point * vPoint
      const weights = o.weights + <usize>point * weightPoint
      const mAt = m + <usize>point * mPoint
      for (let f = 0; f < filters; f += 16) {
        block(
          vAt, vRow, 4, weights + <usize>(f >> 4) * panel, bRow, mAt + (<usize>f << 2), mRow,
          channels, lines, min(16, filters - f), 0, 0,
        )
      }
    }
    resetLines()
    for (let t = 0; t < count; t++) {
      const tile = first + t
      const y = tile / across % down * method
      const x = tile % across * method
      const to = o.y + <usize>(image + tile / across / down) * o.yImage + <usize>(row + y) * o.yRow + <usize>x * o.yPixel
      const from = m + <usize>t * mRow
      const fromBelow = m + <usize>below * mRow
      const fromRight = m + <usize>right * mRow
      const fromCorner = m + <usize>corner * mRow
      const rows = min(method, height - y)
      const columns = min(method, width - x)
      const whole = rows == method && columns == method
      // A tile that reaches over the edge, or is added to the map, replaces its points first, those of a line of its own.
      const atOnce = whole && !keep
      const tileTo = atOnce ? to : from
      const tileRow = atOnce ? o.yRow : <usize>(method + 2) * mPoint
      const tilePixel = atOnce ? o.yPixel : mPoint
      if (method == ConvolutionMethod.winograd4) {
        output4(from, fromBelow, fromRight, fromCorner, mPoint, tileTo, tileRow, tilePixel, bias, floor, between, mRow)
      } else {
        output2(from, fromBelow, fromRight, fromCorner, mPoint, tileTo, tileRow, tilePixel, bias, floor, between, mRow)
      }
      if (!atOnce) movePixels(from, tileRow, tilePixel, to, o.yRow, o.yPixel, rows, columns, mRow, keep)
      countLines(rows == method, columns == method)
    }
  }
}

/** Copies `rows` × `columns` pixels of `bytes` bytes, a multiple of 16, or adds them. */
function movePixels(
  from: usize, fromRow: usize, fromPixel: usize, to: usize, toRow: usize, toPixel: usize,
  rows: i32, columns: i32, bytes: usize, adds: bool,
): void {
  for (let y: usize = 0; y < <usize>rows; y++) {
    for (let x: usize = 0; x < <usize>columns; x++) {
      const source = from + y * fromRow + x * fromPixel
      const target = to + y * toRow + x * toPixel
      if (adds) {
        for (let at: usize = 0; at < bytes; at += 16) {
          v128.store(target + at, f32x4.add(v128.load(target + at), v128.load(source + at)))
        }
      } else {
        for (let at: usize = 0; at < bytes; at += 16) v128.store(target + at, v128.load(source + at))
      }
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
  const between = o.scratch + <usize>thread * o.scratchThread
  const v = between + BETWEEN
  const z = v + <usize>points * xPoint
  const du = z + <usize>points * yPoint
  // Blocks of one size: a short one at the end would cost as many loads of sums as a long one.
  const blocks = (tiles - begin + WEIGHTS_BLOCK - 1) / WEIGHTS_BLOCK
  const size = (tiles - begin + blocks - 1) / blocks
  for (let from = begin; from < tiles; from += size) {
    const count = min(size, tiles - from)
    resetLines()
    for (let t = 0; t < count; t++) {
      const tile = from + t
      const image = <usize>(tile / across / down)
      const row = tile / across % down * method
      const column = tile % across * method
      const x = o.x + image * o.xImage + <usize>row * o.xRow + <usize>column * o.xPixel
      const dy = o.dy + image * o.dyImage + <usize>row * o.dyRow + <usize>column * o.dyPixel
      for (let c = 0; c < channels; c += 16) {
        const at = x + (<usize>c << 2)
        const to = v + <usize>(c >> 4) * xPanel
        const toBelow = to + <usize>below * xRow
        const toRight = to + <usize>right * xRow
        const toCorner = to + <usize>corner * xRow
        const bytes = <usize>min(16, channels - c) << 2
        if (method == ConvolutionMethod.winograd4) {
          input4(at, o.xRow, o.xPixel, to + <usize>t * xRow, toBelow, toRight, toCorner, xPoint, between, bytes)
        } else {
          input2(at, o.xRow, o.xPixel, to + <usize>t * xRow, toBelow, toRight, toCorner, xPoint, between, bytes)
        }
      }
      for (let f = firstFilter; f < lastFilter; f += 16) {
        const at = dy + (<usize>f << 2)
        const to = z + <usize>(f >> 4) * yPanel
        const toBelow = to + <usize>below * yRow
        const toRight = to + <usize>right * yRow
        const toCorner = to + <usize>corner * yRow
        const bytes = <usize>min(16, filters - f) << 2
        if (method == ConvolutionMethod.winograd4) {
          gradient4(at, o.dyRow, o.dyPixel, to + <usize>t * yRow, toBelow, toRight, toCorner, yPoint, between, bytes)
        } else {
          gradient2(at, o.dyRow, o.dyPixel, to + <usize>t * yRow, toBelow, toRight, toCorner, yPoint, between, bytes)
        }
      }
      countLines(row + method <= o.height, column + method <= o.width)
    }
    const flags = from > begin ? GemmFlags.keep : 0
    for (let point = 0; point < points; point++) {
      const lines = linesAt(point, method + 2, count)
      const vAt = v + <usize>point * xPoint
      const zAt = z + <usize>point * yPoint
      const duAt = du + <usize>point * weightPoint
      for (let f = firstFilter; f < lastFilter; f += 16) {
        for (let c = 0; c < channels; c += 16) {
          block(
            vAt + <usize>(c >> 4) * xPanel, 4, xRow, zAt + <usize>(f >> 4) * yPanel, yRow,
            duAt + <usize>(f >> 4) * panel + <usize>c * bRow, bRow,
            lines, min(16, channels - c), min(16, filters - f), 0, flags,
          )
        }
      }
    }
  }
  for (let f = firstFilter; f < lastFilter; f += 16) {
    const p = <usize>(f >> 4)
    const from = du + p * panel
    const to = dw + p * 9 * panel
    if (method == ConvolutionMethod.winograd4) weightsBack4(from, weightPoint, to, panel, between, panel)
    else weightsBack2(from, weightPoint, to, panel, between, panel)
  }
}
