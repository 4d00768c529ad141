import { ConvolutionMethod, Convolve, ConvolveWeights, FlipWeights, GemmFlags } from './generated/records'
import { high, low, paired, portion, rows, shard, split } from './context'
import { block } from './gemm'
import { winograd, winogradGradient } from './winograd'
import { convolution2x16, convolution4x16, convolution4x4, convolution4x8 } from './generated/tiles'

/** Sums this long at a time: so many rows of a panel are 24 kB, which stay in the smallest L1 cache. */
const DEPTH = 384

/** See src/manifest/convolution.ts. */
export function convolve(o: Convolve): void {
  const height = o.height
  if (!o.byRow) {
    part(o, low, 0, height, high - low)
    return
  }
  // Bands of rows of all images, each as high as a tile: the rest of an image, whole images, the beginning of another.
  const band = max(1, o.method)
  const bands = (height + band - 1) / band
  let from = split(rows * bands, shard)
  const to = split(rows * bands, shard + 1)
  while (from < to) {
    const first = from % bands
    const whole = first ? 0 : (to - from) / bands
    const count = whole ? bands : min(bands - first, to - from)
    part(o, from / bands, first * band, min(count * band, height - first * band), max(1, whole))
    from += whole ? whole * bands : count
  }
}

// @ts-ignore: decorator
@inline
function part(o: Convolve, image: i32, row: i32, height: i32, images: i32): void {
  if (o.method == ConvolutionMethod.direct) direct(o, image, row, height, images)
  else winograd(o, image, row, height, images)
}

/** Rows `row` to before `row + height` of `images` images from `image` on, by overlapping rows of the map. */
function direct(o: Convolve, image: i32, row: i32, height: i32, images: i32): void {
  if (images <= 0) return
  const width = o.width
  const channels = o.channels
  const filters = o.filters
  const kernelHeight = o.kernelHeight
  const kernelWidth = o.kernelWidth
  const xStep = <usize>o.strideWidth * o.xPixel
  const xJump = <usize>o.strideHeight * o.xRow - <usize>width * xStep
  const xImageJump = o.xImage - <usize>(height * o.strideHeight) * o.xRow
  const yStep = o.yPixel
  const yJump = o.yRow - <usize>width * yStep
  const yImageJump = o.yImage - <usize>height * o.yRow
  const x = o.x + <usize>image * o.xImage + <usize>(row * o.strideHeight) * o.xRow
  const y = o.y + <usize>image * o.yImage + <usize>row * o.yRow
  const bRow = <usize>min(16, filters) << 2
  const panel = <usize>(kernelHeight * kernelWidth * channels) * bRow
  const xLine = <usize>o.dilationHeight * o.xRow
  const xTap = <usize>o.dilationWidth * o.xPixel
  // Taps that lie side by side are one run of floats.
  const joined = xTap == <usize>channels << 2
  const run = joined ? kernelWidth * channels : channels
  // Kernel rows at once: all of them if their runs are joined and short enough.
  const together = joined ? max(1, min(kernelHeight, DEPTH / run)) : 1
  const images1 = height * width
  // A few images at a time, so that they stay in the cache for the next panel.
  for (let i: usize = 0; i < <usize>images; i++) {
    for (let ky = 0; ky < kernelHeight; ky += together) {
      const lines = min(together, kernelHeight - ky)
      const flags =
        (ky ? GemmFlags.keep : o.flags & GemmFlags.keep) | (ky + lines == kernelHeight ? o.flags & GemmFlags.relu : 0)
      const from = x + i * o.xImage + <usize>ky * xLine
      const to = y + i * o.yImage
      for (let f = 0; f < filters; f += 16) {
        const b = o.weights + <usize>(f >> 4) * panel + <usize>(ky * kernelWidth * channels) * bRow
        const c = to + (<usize>f << 2)
        const bias = o.bias && !ky ? o.bias + (<usize>f << 2) : 0
        const columns = min(16, filters - f)
        const segments = joined ? lines : kernelWidth
        const segment = joined ? xLine : xTap
        if (columns == 16) {
          if (paired) {
            convolution4x16(from, xStep, xJump, xImageJump, b, bRow, c, yStep, yJump, yImageJump, images1, 0, width, height, segments, segment, run, bias, flags)
          } else {
            convolution2x16(from, xStep, xJump, xImageJump, b, bRow, c, yStep, yJump, yImageJump, images1, 0, width, height, segments, segment, run, bias, flags)
          }
          continue
        }
        if (columns & 8) {
          convolution4x8(from, xStep, xJump, xImageJump, b, bRow, c, yStep, yJump, yImageJump, images1, 0, width, height, segments, segment, run, bias, flags)
        }
        if (columns & 4) {
          const at = <usize>(columns & 8) << 2
          convolution4x4(from, xStep, xJump, xImageJump, b + at, bRow, c + at, yStep, yJump, yImageJump, images1, 0, width, height, segments, segment, run, bias ? bias + at : 0, flags)
        }
      }
    }
  }
}

/** See src/manifest/convolution.ts. */
export function convolveWeights(o: ConvolveWeights): void {
  const parts = o.parts
  const groups = o.groups
  const part = shard % parts
  const group = shard / parts
  if (group >= groups) return
  const filters = o.filters
  const panels = (filters + 15) >> 4
  const first = portion(rows, part, parts)
  const last = portion(rows, part + 1, parts)
  const firstFilter = min(filters, portion(panels, group, groups) << 4)
  const lastFilter = min(filters, portion(panels, group + 1, groups) << 4)
  const dw = o.dw + <usize>part * o.dwPart
  if (o.db) {
    const db = o.db + <usize>part * o.dbPart
    mapSums(o.dy, o.dyImage, o.dyRow, o.dyPixel, o.height, o.width, db, first, last, firstFilter, lastFilter)
  }
  if (first == last) {
    const row = <usize>min(16, filters) << 2
    const panel = <usize>(o.kernelHeight * o.kernelWidth * o.channels) * row
    for (let at = <usize>(firstFilter >> 4) * panel, end = <usize>((lastFilter + 15) >> 4) * panel; at < end; at += 16) {
      v128.store(dw + at, f32x4.splat(0))
    }
  } else if (o.method == ConvolutionMethod.direct) directGradient(o, dw, first, last, firstFilter, lastFilter)
  else winogradGradient(o, dw, first, last, firstFilter, lastFilter)
}

/** The longest sum down the pixels of a small map: of 196 pixels their lines evict each other from the first-level cache. */
const FLAT = 64

/** The gradient by the weights over images `first` to `last`, for panels of filters from `firstFilter` to `lastFilter`. */
function directGradient(o: ConvolveWeights, dw: usize, first: i32, last: i32, firstFilter: i32, lastFilter: i32): void {
  const filters = o.filters
  const channels = o.channels
  const kernelWidth = o.kernelWidth
  const taps = o.kernelHeight * kernelWidth
  const xStep = <usize>o.strideWidth * o.xPixel
  const xTap = <usize>o.dilationWidth * o.xPixel
  const xLine = <usize>o.dilationHeight * o.xRow
  const row = <usize>min(16, filters) << 2
  const panel = <usize>(taps * channels) * row
  // Taps that lie side by side are rows of one product.
  const joined = xTap == <usize>channels << 2
  const across = joined ? 1 : kernelWidth
  const run = joined ? kernelWidth * channels : channels
  const segments = joined ? o.kernelHeight : taps
  // So are rows of the map without a border between them terms of one sum.
  const width = o.width
  const flat = o.height * width <= FLAT && <usize>o.strideHeight * o.xRow == <usize>width * xStep
    && o.dyRow == <usize>width * o.dyPixel
  const lines = flat ? 1 : o.height
  const terms = flat ? o.height * width : width
  for (let i = first; i < last; i++) {
    for (let r = 0; r < lines; r++) {
      const flags = i > first || r > 0 ? GemmFlags.keep : 0
      const d = o.dy + <usize>i * o.dyImage + <usize>r * o.dyRow
      const x = o.x + <usize>i * o.xImage + <usize>(r * o.strideHeight) * o.xRow
      for (let f = firstFilter; f < lastFilter; f += 16) {
        for (let s = 0; s < segments; s++) {
          block(
            x + <usize>(s / across) * xLine + <usize>(s % across) * xTap, 4, xStep, d + (<usize>f << 2), o.dyPixel,
            dw + <usize>(f >> 4) * panel + <usize>(s * run) * row, row,
            terms, run, min(16, filters - f), 0, flags,
          )
        }
      }
    }
  }
}

/** Σ of each channel from `firstChannel` to `lastChannel` (multiples of four) over images `first` to `last`. */
export function mapSums(
  map: usize, image: usize, row: usize, pixel: usize, height: i32, width: i32,
  out: usize, first: i32, last: i32, firstChannel: i32, lastChannel: i32,
): void {
  for (let at = <usize>firstChannel << 2; at < <usize>lastChannel << 2; at += 16) {
    let sum = f32x4.splat(0)
    for (let i = first; i < last; i++) {
      let line = map + <usize>i * image + at
      for (let r = height; r > 0; r--, line += row) {
        let part = f32x4.splat(0)
        let p = line
        for (let c = width; c > 0; c--, p += pixel) part = f32x4.add(part, v128.load(p))
        sum = f32x4.add(sum, part)
      }
    }
    v128.store(out + at, sum)
  }
}

/** Shards split the rows of the target: taps and filters. */
export function flipWeights(o: FlipWeights): void {
  const channels = o.channels
  const filters = o.filters
  const taps = o.kernelHeight * o.kernelWidth
  const source = o.source
  const target = o.target
  const sourceRow = <usize>min(16, filters) << 2
  const sourcePanel = <usize>(taps * channels) * sourceRow
  const columns = (channels + 3) & ~3
  const targetRow = <usize>min(16, columns) << 2
  const targetPanel = <usize>(taps * filters) * targetRow
  const stored = columns < 16 ? columns : (columns + 15) & ~15
  // Four filters at a time, which lie side by side in the source: a line of it is read four times, not sixteen.
  const groups = filters >> 2
  for (let group = split(taps * groups, shard), end = split(taps * groups, shard + 1); group < end; group++) {
    const f = group % groups << 2
    const tap = group / groups
    const t = taps - 1 - tap
    const from = source + <usize>(f >> 4) * sourcePanel + <usize>(t * channels) * sourceRow + (<usize>(f & 15) << 2)
    const to = target + <usize>(tap * filters + f) * targetRow
    for (let c = 0; c < stored; c++) {
      const values = c < channels ? v128.load(from + <usize>c * sourceRow) : f32x4.splat(0)
      const at = to + <usize>(c >> 4) * targetPanel + (<usize>(c & 15) << 2)
      v128.store_lane<f32>(at, values, 0)
      v128.store_lane<f32>(at + targetRow, values, 1)
      v128.store_lane<f32>(at + (targetRow << 1), values, 2)
      v128.store_lane<f32>(at + 3 * targetRow, values, 3)
    }
  }
}
