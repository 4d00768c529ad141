import { fc } from '@fast-check/vitest'
import { noise, size } from './compare.ts'

type Pair = [rows: number, columns: number]
type Shape = [number, number, number, number]

/** A convolution of images, as tfjs's kernels take it. */
export interface Geometry {
  /** [batch, height, width, channels] */
  readonly inputShape: Shape
  /** [height, width, channels, filters or, if depthwise, filters of a channel] */
  readonly filterShape: Shape
  readonly strides: Pair
  readonly dilations: Pair
  readonly pad: 'same' | 'valid' | [[0, 0], Pair, Pair, [0, 0]]
  readonly depthwise: boolean
}

/** Pixels of the output along one dimension, and zeros before the first pixel of the input. */
function along({ inputShape, filterShape, strides, dilations, pad }: Geometry, dimension: 0 | 1) {
  const input = inputShape[1 + dimension] as number
  const reach = (filterShape[dimension] - 1) * dilations[dimension] + 1
  const stride = strides[dimension]
  if (pad === 'same') {
    const output = Math.ceil(input / stride)
    return { output, before: Math.floor(Math.max(0, (output - 1) * stride + reach - input) / 2) }
  }
  const [before, after] = pad === 'valid' ? [0, 0] : pad[dimension === 0 ? 1 : 2]
  return { output: Math.floor((before + input + after - reach) / stride) + 1, before }
}

/** [batch, height, width, filters] */
export function outputShape(geometry: Geometry): Shape {
  const { inputShape, filterShape, depthwise } = geometry
  const filters = filterShape[3] * (depthwise ? inputShape[3] : 1)
  return [inputShape[0], along(geometry, 0).output, along(geometry, 1).output, filters]
}

/** Calls `visit` with the indices of the factors of each product of the definition, and with that of its sum. */
export function eachProduct(geometry: Geometry, visit: (x: number, weight: number, y: number) => void): void {
  const { inputShape, filterShape, strides, dilations, depthwise } = geometry
  const [, height, width, channels] = inputShape
  const [kernelHeight, kernelWidth, , perChannel] = filterShape
  const [batch, rows, columns, filters] = outputShape(geometry)
  const [top, left] = [along(geometry, 0).before, along(geometry, 1).before]
  for (let image = 0; image < batch; image++)
    for (let r = 0; r < rows; r++)
      for (let c = 0; c < columns; c++)
        for (let ky = 0; ky < kernelHeight; ky++)
          for (let kx = 0; kx < kernelWidth; kx++) {
            const row = r * strides[0] + ky * dilations[0] - top
            const column = c * strides[1] + kx * dilations[1] - left
            if (row < 0 || row >= height || column < 0 || column >= width) continue
            const x = ((image * height + row) * width + column) * channels
            const weight = (ky * kernelWidth + kx) * channels * perChannel
            const y = ((image * rows + r) * columns + c) * filters
            for (let channel = 0; channel < channels; channel++)
              for (let f = 0; f < perChannel; f++)
                visit(
                  x + channel,
                  weight + channel * perChannel + f,
                  y + f + (depthwise ? channel * perChannel : 0),
                )
          }
}

interface Sums {
  readonly sum: Float64Array
  /** The sum of the magnitudes of the terms. */
  readonly magnitude: Float64Array
}

const sums = (length: number): Sums => ({
  sum: new Float64Array(length),
  magnitude: new Float64Array(length),
})

function add({ sum, magnitude }: Sums, at: number, a: number, b: number): void {
  sum[at] = (sum[at] as number) + a * b
  magnitude[at] = (magnitude[at] as number) + Math.abs(a * b)
}

/** The convolution and both of its gradients in float64 by the definition. */
export function convolutionReference(
  geometry: Geometry,
  { x, filter, dy }: { x: Float32Array; filter: Float32Array; dy: Float32Array },
) {
  const [y, dx, dw] = [sums(dy.length), sums(x.length), sums(filter.length)]
  eachProduct(geometry, (i, w, o) => {
    const [a, b, d] = [x[i] as number, filter[w] as number, dy[o] as number]
    add(y, o, a, b)
    add(dx, i, d, b)
    add(dw, w, a, d)
  })
  return { y, dx, dw }
}

/** Numbers from −1 to 1 for the tensors of a convolution. */
export function convolutionNoise(geometry: Geometry, s: number) {
  const values = (shape: readonly number[], more: number) =>
    noise(
      shape.reduce((a, b) => a * b),
      s + more,
    )
  return {
    x: values(geometry.inputShape, 0),
    filter: values(geometry.filterShape, 1),
    dy: values(outputShape(geometry), 2),
  }
}

const channels = fc.constantFrom(1, 3, 5, 16, 17)
const pair = (max: number) => fc.tuple(size(max), size(max))
/** Batches whose images are split by rows, and batches of which shards take whole images. */
const batch = fc.constantFrom(1, 2, 9)
/** Long and flat maps, odd and even ones. */
const map = fc.oneof(pair(9), fc.tuple(fc.constant(1), size(20)), fc.constantFrom<Pair[]>([8, 8], [12, 7]))
/** 3 × 3 is the kernel with methods of its own. */
const kernel = fc.oneof(fc.constant<Pair>([3, 3]), pair(4))
const border = fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 }))
const zeros = fc.constant<[0, 0]>([0, 0])
const pad = fc.oneof(
  fc.constantFrom('same' as const, 'valid' as const),
  fc.tuple(zeros, border, border, zeros),
)
const one = fc.constant<Pair>([1, 1])

/** Convolutions with `channels` of 1, 3, 5, 16 and 17. */
export function geometries(depthwise: boolean): fc.Arbitrary<Geometry> {
  return fc
    .record({
      batch,
      map,
      channels,
      kernel,
      filters: depthwise ? size(3) : channels,
      strides: fc.oneof(one, pair(3)),
      dilations: fc.oneof(one, pair(2)),
      pad,
    })
    .map(
      ({
        batch: images,
        map: [height, width],
        channels: c,
        kernel: [kh, kw],
        filters,
        ...rest
      }): Geometry => ({
        inputShape: [images, height, width, c],
        filterShape: [kh, kw, c, filters],
        ...rest,
        depthwise,
      }),
    )
    .filter((geometry) => outputShape(geometry).every((length) => length > 0))
}
