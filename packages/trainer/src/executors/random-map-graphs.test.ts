import { fc, test } from '@fast-check/vitest'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js'
import '@tensorflow/tfjs-backend-cpu'
import * as tfl from '@tensorflow/tfjs-layers'
import { normalization } from '@treadle/keras/extensions'
import { Purpose, RandomStream } from '@treadle/core'
import { sgd } from '@treadle/optim'
import { afterEach, beforeAll, expect } from 'vitest'
import { singleStep } from '../testing/single-step.ts'

/**
 * Random graphs of maps with branches: the compiled executor against the eager one, which uses tfjs's own layers. Without
 * up-sampling, whose gradient tfjs's CPU backend gets wrong; the compiler's tests compare it with differences.
 */
beforeAll(async () => {
  await tf.setBackend('cpu')
})
afterEach(() => tf.disposeVariables())

type Symbol = tfl.SymbolicTensor
const { layers } = tfl
const samples = 4

const from = fc.nat()
const padding = fc.constantFrom('same' as const, 'valid' as const)
const size = fc.integer({ min: 1, max: 3 })
const part = fc.oneof(
  fc.record({
    kind: fc.constant('convolution' as const),
    from,
    filters: fc.constantFrom(1, 3, 4, 5, 16, 17),
    kernelSize: fc.tuple(size, size),
    strides: fc.integer({ min: 1, max: 2 }),
    padding,
    activation: fc.constantFrom('relu' as const, 'linear' as const, 'tanh' as const),
    useBias: fc.boolean(),
    constraint: fc.constantFrom(
      {},
      ...['nonNeg', 'maxNorm', 'unitNorm', 'minMaxNorm'].map((kernelConstraint) => ({ kernelConstraint })),
    ),
  }),
  fc.record({
    kind: fc.constantFrom('depthwise' as const, 'separable' as const, 'transposed' as const),
    from,
    padding,
    strides: fc.integer({ min: 1, max: 2 }),
    multiplier: fc.integer({ min: 1, max: 3 }),
  }),
  fc.record({
    kind: fc.constantFrom('max' as const, 'average' as const),
    from,
    poolSize: fc.integer({ min: 1, max: 3 }),
    strides: fc.integer({ min: 1, max: 2 }),
    padding,
  }),
  fc.record({
    kind: fc.constantFrom('relu' as const, 'dropout' as const, 'pad' as const),
    from,
  }),
  fc.record({
    kind: fc.constant('normalise' as const),
    from,
    axis: fc.constantFrom(-1, 1, 2),
    trainable: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('standardise' as const),
    from,
    axis: fc.constantFrom(-1, 1, null, [2, 3]),
    invert: fc.boolean(),
  }),
  fc.record({ kind: fc.constantFrom('crop' as const, 'dense' as const), from }),
  fc.record({
    kind: fc.constantFrom('gaussianNoise' as const, 'gaussianDropout' as const, 'alphaDropout' as const),
    from,
  }),
  fc.record({ kind: fc.constantFrom('concatenate' as const, 'add' as const), from, with: fc.nat() }),
)

/** What image networks are made of, which the compiler fuses: convolution, normalization and ReLU, and what joins them. */
const fusedPart = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('block' as const),
      from,
      filters: fc.constantFrom(4, 6, 16),
      strides: fc.constantFrom(1, 1, 2),
      relu: fc.boolean(),
      trainable: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('concatenate' as const, 'add' as const),
      from,
      with: fc.nat(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('max' as const),
      from,
      poolSize: fc.constant(2),
      strides: fc.constant(1),
      padding: fc.constant('same' as const),
    }),
  },
)

type Kinds<T> = T extends fc.Arbitrary<infer Value> ? Value : never
type Block = Extract<Kinds<typeof fusedPart>, { kind: 'block' }>
type Part = Kinds<typeof part> | Kinds<typeof fusedPart>

/** The layer of a part on a map of that shape; undefined if it does not fit. */
function layerOf(p: Exclude<Part, { with: number } | Block>, shape: number[]) {
  const [, height = 1, width = 1] = shape
  const small = Math.min(height, width) < 3
  switch (p.kind) {
    case 'convolution':
      return small && p.padding === 'valid' ? undefined : layers.conv2d({ ...p, ...p.constraint })
    case 'depthwise':
      return small
        ? undefined
        : layers.depthwiseConv2d({ ...p, kernelSize: 3, depthMultiplier: p.multiplier })
    case 'separable':
      return small ? undefined : layers.separableConv2d({ ...p, kernelSize: 2, filters: 3 + p.multiplier })
    case 'transposed':
      return height > 9
        ? undefined
        : layers.conv2dTranspose({ ...p, kernelSize: 1 + p.multiplier, filters: 4 })
    case 'max':
      return small ? undefined : layers.maxPooling2d(p)
    case 'average':
      // With 'same' padding tfjs divides by the window's size, TensorFlow by its pixels in the map.
      return small ? undefined : layers.averagePooling2d({ ...p, padding: 'valid' })
    case 'normalise':
      return layers.batchNormalization({ axis: p.axis, trainable: p.trainable })
    case 'relu':
      return layers.reLU()
    case 'dropout':
      return layers.dropout({ rate: 0.3 })
    case 'gaussianNoise':
      return layers.gaussianNoise({ stddev: 0.5 })
    case 'gaussianDropout':
      return layers.gaussianDropout({ rate: 0.2 })
    case 'alphaDropout':
      return layers.alphaDropout({ rate: 0.25 })
    case 'standardise':
      return normalization({ axis: p.axis, invert: p.invert })
    case 'pad':
      return layers.zeroPadding2d({
        padding: [
          [1, 0],
          [0, 2],
        ],
      })
    case 'crop':
      return small
        ? undefined
        : layers.cropping2D({
            cropping: [
              [0, 1],
              [1, 0],
            ],
          })
    case 'dense':
      return layers.dense({ units: 3, activation: 'tanh' })
  }
}

/** Nothing else reads what lies within a block. */
function blockOf({ filters, strides, relu, trainable }: Block, x: Symbol): Symbol {
  const convolution = layers.conv2d({
    filters,
    strides,
    kernelSize: 3,
    padding: 'same',
    useBias: false,
    trainable,
  })
  const normalized = layers.batchNormalization().apply(convolution.apply(x)) as Symbol
  return relu ? (layers.reLU().apply(normalized) as Symbol) : normalized
}

function buildModel(parts: readonly Part[], channels: number) {
  const input = tfl.input({ shape: [7, 6, channels] })
  const values: Symbol[] = [input]
  for (const p of parts) {
    const x = values[p.from % values.length] as Symbol
    if ('with' in p) {
      const alike = values.filter((value) => value.shape.slice(1, 3).join() === x.shape.slice(1, 3).join())
      const other = alike[p.with % alike.length] as Symbol
      const sum = p.kind === 'add' && other.shape.join() === x.shape.join()
      values.push((sum ? layers.add() : layers.concatenate()).apply([x, other]) as Symbol)
    } else if (p.kind === 'block') values.push(blockOf(p, x))
    else {
      const layer = layerOf(p, x.shape as number[])
      if (layer) values.push(layer.apply(x) as Symbol)
    }
  }
  const ends = [values.at(-1) as Symbol, values[values.length >> 1] as Symbol]
  const flat = [
    layers.flatten().apply(ends[0] as Symbol),
    layers.globalAveragePooling2d({}).apply(ends[1] as Symbol),
  ] as Symbol[]
  const outputs = layers.dense({ units: 3, activation: 'softmax' }).apply(layers.concatenate().apply(flat))
  return tfl.model({ inputs: input, outputs: outputs as Symbol })
}

function uniform(count: number, seed: number, stream: number): Float32Array {
  const random = new RandomStream(seed, Purpose.weights, { stream })
  return Float32Array.from({ length: count }, (_, i) => 2 * random.uniform(i) - 1)
}

/** The largest difference, relative to the largest value of all arrays. */
function difference(found: readonly Float32Array[], expected: readonly Float32Array[]): number {
  const most = Math.max(...expected.flatMap((values) => [...values].map(Math.abs)))
  return (
    Math.max(
      ...found.flatMap((values, i) => [...values].map((v, j) => Math.abs(v - (expected[i]?.[j] as number)))),
    ) / most
  )
}

async function expectAlike(parts: readonly Part[], channels: number, seed: number): Promise<void> {
  const model = buildModel(parts, channels)
  const weights = model.weights.map((weight, i) => {
    const { size: count } = weight.read()
    const values = uniform(count, seed, i + 10).map((v) => v / Math.sqrt(1 + (count > 100 ? 4 : 0)))
    return weight.originalName.endsWith('variance') ? values.map((v) => v + 2) : values
  })
  const options = {
    model,
    optimizer: sgd({ momentum: 0.9 }),
    weights,
    slots: { momentum: model.trainableWeights.map((w) => new Float32Array(w.read().size)) },
    t: 0,
    batch: {
      x: uniform(samples * 42 * channels, seed, 0),
      y: Int32Array.from({ length: samples }, (_, i) => (seed + i) % 3),
    },
    seedStream: { seed, epoch: 2, step: 3 },
  }
  const compiled = await singleStep({ ...options, executor: 'compiled' })
  const eager = await singleStep({ ...options, executor: 'eager' })
  expect(Math.abs(compiled.loss - eager.loss)).toBeLessThan(1e-5 * Math.max(1, eager.loss))
  expect(difference(compiled.gradients, eager.gradients)).toBeLessThan(1e-4)
  expect(difference(compiled.weights, eager.weights)).toBeLessThan(1e-4)
  model.dispose()
}

test.prop([fc.array(part, { minLength: 1, maxLength: 9 }), fc.constantFrom(1, 2, 3, 4), fc.nat(0xffff)], {
  numRuns: 100,
})(
  'a step of a random graph of maps: loss within 1e-5, gradients and new weights within 1e-4 of the eager executor',
  expectAlike,
)

test.prop([fc.array(fusedPart, { minLength: 3, maxLength: 9 }), fc.constantFrom(1, 4), fc.nat(0xffff)], {
  numRuns: 60,
})('a step of blocks that are fused, likewise', expectAlike)
