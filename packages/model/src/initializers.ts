import type { RandomStream } from '@treadle/core'
import { normal } from './normal.ts'

/** What is drawn: the weight's shape, where its numbers come from, and the initializer's settings from the layer. */
interface Draw {
  readonly shape: readonly number[]
  readonly stream: RandomStream
  readonly config: Readonly<Record<string, unknown>>
}
type Initializer = (draw: Draw) => Float32Array

/**
 * Keras's initializers under the class names that layers carry (glorot, he and lecun are all `VarianceScaling`).
 * Undefined for a class that is not known here.
 */
export function initializer(className: string): Initializer | undefined {
  return Object.hasOwn(initializers, className) ? initializers[className] : undefined
}

const initializers: Readonly<Record<string, Initializer>> = {
  Zeros: ({ shape }) => new Float32Array(sizeOf(shape)),
  Ones: ({ shape }) => new Float32Array(sizeOf(shape)).fill(1),
  Constant: ({ shape, config }) => new Float32Array(sizeOf(shape)).fill(setting(config.value, 0)),
  Identity: identity,
  RandomUniform: (draw) =>
    uniform(draw, setting(draw.config.minval, -0.05), setting(draw.config.maxval, 0.05)),
  RandomNormal: ({ shape, stream, config }) => {
    const mean = setting(config.mean, 0)
    const deviation = setting(config.stddev, 0.05)
    return fill(shape, (index) => mean + deviation * normal(stream, index))
  },
  TruncatedNormal: (draw) =>
    truncatedNormal(draw, setting(draw.config.mean, 0), setting(draw.config.stddev, 0.05)),
  VarianceScaling: varianceScaling,
  Orthogonal: orthogonal,
}

/** Deviation of a standard normal cut off at ±2: Keras divides by it, so that what is drawn has the deviation asked. */
const TRUNCATED_DEVIATION = 0.8796256610342398

function varianceScaling(draw: Draw): Float32Array {
  const [fanIn, fanOut] = fans(draw.shape)
  const { mode } = draw.config
  const fan = mode === 'fanAvg' ? (fanIn + fanOut) / 2 : mode === 'fanOut' ? fanOut : fanIn
  const variance = setting(draw.config.scale, 1) / Math.max(1, fan)
  if (draw.config.distribution !== 'uniform') {
    return truncatedNormal(draw, 0, Math.sqrt(variance) / TRUNCATED_DEVIATION)
  }
  const limit = Math.sqrt(3 * variance)
  return uniform(draw, -limit, limit)
}

/**
 * How many values feed one output and how many one input feeds. A convolution's kernel is
 * [...window, inputs, outputs]; Keras counts the window into both.
 */
export function fans(shape: readonly number[]): [fanIn: number, fanOut: number] {
  if (shape.length < 2) return [sizeOf(shape), sizeOf(shape)]
  const window = sizeOf(shape.slice(0, -2))
  return [window * (shape.at(-2) as number), window * (shape.at(-1) as number)]
}

function uniform({ shape, stream }: Draw, low: number, high: number): Float32Array {
  return fill(shape, (index) => low + stream.uniform(index) * (high - low))
}

/** Cut off at two deviations. */
function truncatedNormal({ shape, stream }: Draw, mean: number, deviation: number): Float32Array {
  return fill(shape, (index) => mean + deviation * normal(stream, index, 2))
}

/** Gram and Schmidt on normal columns: the Q of the one QR decomposition whose R has a positive diagonal. */
function orthogonal({ shape, stream, config }: Draw): Float32Array {
  const gain = setting(config.gain, 1)
  const outputs = shape.at(-1) ?? 1
  const inputs = sizeOf(shape) / outputs
  const [length, count] = inputs >= outputs ? [inputs, outputs] : [outputs, inputs]
  const columns = Array.from({ length: count }, (_, column) =>
    Float64Array.from({ length }, (__, row) => normal(stream, row * count + column)),
  )
  columns.forEach((column, index) => {
    // Twice: what rounding leaves over after one pass is removed by the second.
    for (let pass = 0; pass < 2; pass++) {
      for (const earlier of columns.slice(0, index)) {
        const overlap = dot(column, earlier)
        for (let row = 0; row < length; row++) column[row]! -= overlap * earlier[row]!
      }
    }
    const norm = Math.sqrt(dot(column, column))
    for (let row = 0; row < length; row++) column[row]! /= norm
  })
  return fill(shape, (index) => {
    const row = Math.floor(index / outputs)
    const column = index % outputs
    return gain * (inputs >= outputs ? columns[column]![row]! : columns[row]![column]!)
  })
}

function identity({ shape, config }: Draw): Float32Array {
  const width = shape[1] ?? 1
  return fill(shape, (index) => (index % (width + 1) === 0 ? setting(config.gain, 1) : 0))
}

function fill(shape: readonly number[], value: (index: number) => number): Float32Array {
  const values = new Float32Array(sizeOf(shape))
  for (let index = 0; index < values.length; index++) values[index] = value(index)
  return values
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let index = 0; index < a.length; index++) sum += a[index]! * b[index]!
  return sum
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, dimension) => size * dimension, 1)
}

function setting(value: unknown, byDefault: number): number {
  return typeof value === 'number' ? value : byDefault
}
