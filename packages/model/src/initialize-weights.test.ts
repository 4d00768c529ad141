import '@tensorflow/tfjs-backend-cpu'
import { Purpose, RandomStream } from '@treadle/core'
import { fc, test } from '@fast-check/vitest'
import { memory } from '@tensorflow/tfjs-core'
import { constraints, layers, sequential } from '@tensorflow/tfjs-layers'
import type { LayersModel, layers as tfLayers } from '@tensorflow/tfjs-layers'
import { describe, expect } from 'vitest'
import { weightsSha256 } from './artifacts.ts'
import { initializeWeights } from './initialize-weights.ts'
import { fans, initializer } from './initializers.ts'
import { normal } from './normal.ts'

const values = (model: LayersModel, index: number) => model.weights[index]?.read().dataSync() as Float32Array

function statistics(numbers: ArrayLike<number>) {
  const list = Array.from(numbers)
  const mean = list.reduce((sum, value) => sum + value, 0) / list.length
  const deviation = Math.sqrt(list.reduce((sum, value) => sum + (value - mean) ** 2, 0) / list.length)
  return { mean, deviation, largest: Math.max(...list.map(Math.abs)) }
}

function drawn(
  initializerName:
    | 'glorotUniform'
    | 'heUniform'
    | 'leCunUniform'
    | 'glorotNormal'
    | 'heNormal'
    | 'leCunNormal',
) {
  const model = sequential()
  model.add(
    layers.conv2d({
      inputShape: [5, 5, 20],
      filters: 200,
      kernelSize: 3,
      kernelInitializer: initializerName,
    }),
  )
  initializeWeights(model, 1)
  const result = statistics(values(model, 0))
  model.dispose()
  return result
}

// The limits and deviations that Keras 3.15 draws for a kernel of shape [3, 3, 20, 200].
test.each([
  ['glorotUniform', 0.055047, 0.031754],
  ['heUniform', 0.18257, 0.105317],
  ['leCunUniform', 0.129096, 0.074471],
  ['glorotNormal', 0.072262, 0.031896],
  ['heNormal', 0.23964, 0.105787],
  ['leCunNormal', 0.169468, 0.074803],
] as const)('%s has Keras’s limit and deviation', (name, limit, deviation) => {
  const found = drawn(name)
  expect(found.largest / limit).toBeGreaterThan(0.999)
  expect(found.largest / limit).toBeLessThan(1.001)
  expect(found.deviation / deviation).toBeGreaterThan(0.99)
  expect(found.deviation / deviation).toBeLessThan(1.01)
  expect(Math.abs(found.mean)).toBeLessThan(0.01 * limit)
})

// keras.src.initializers.random_initializers.compute_fans, Keras 3.15.
test.each([
  [[], 1, 1],
  [[5], 5, 5],
  [[28, 30], 28, 30],
  [[3, 4, 5], 12, 15],
  [[3, 3, 4, 8], 36, 72],
  [[3, 3, 4, 1], 36, 9],
  [[2, 3, 4, 5, 6], 120, 144],
])('the fans of %j are Keras’s', (shape, fanIn, fanOut) => {
  expect(fans(shape)).toEqual([fanIn, fanOut])
})

const draw = (name: string, shape: number[], config = {}) =>
  initializer(name)?.({ shape, config, stream: new RandomStream(5, Purpose.weights) }) as Float32Array

describe('initializers', () => {
  test('constants', () => {
    expect([...draw('Zeros', [2])]).toEqual([0, 0])
    expect([...draw('Ones', [2])]).toEqual([1, 1])
    expect([...draw('Constant', [2], { value: 3 })]).toEqual([3, 3])
    expect([...draw('Identity', [2, 3], { gain: 2 })]).toEqual([2, 0, 0, 0, 2, 0])
    expect(initializer('toString')).toBeUndefined()
  })

  test('ranges', () => {
    const uniform = statistics(draw('RandomUniform', [20_000], { minval: -1, maxval: 3 }))
    expect(uniform.mean).toBeCloseTo(1, 1)
    expect(uniform.deviation).toBeCloseTo(4 / Math.sqrt(12), 1)
    const gauss = statistics(draw('RandomNormal', [20_000], { mean: 2, stddev: 0.5 }))
    expect(gauss.mean).toBeCloseTo(2, 1)
    expect(gauss.deviation).toBeCloseTo(0.5, 1)
    const cut = statistics(draw('TruncatedNormal', [20_000], { mean: 0, stddev: 1 }))
    expect(cut.largest).toBeLessThanOrEqual(2)
    expect(cut.deviation).toBeCloseTo(0.8796, 1)
  })

  test.prop([fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }), fc.constantFrom(1, 2)])(
    'Orthogonal has orthogonal rows or columns of length gain',
    (rows, columns, gain) => {
      const matrix = draw('Orthogonal', [rows, columns], { gain })
      const at = (row: number, column: number) => matrix[row * columns + column] as number
      const short = Math.min(rows, columns)
      for (let a = 0; a < short; a++) {
        for (let b = 0; b < short; b++) {
          let sum = 0
          for (let i = 0; i < Math.max(rows, columns); i++)
            sum += rows >= columns ? at(i, a) * at(i, b) : at(a, i) * at(b, i)
          expect(Math.abs(sum - (a === b ? gain ** 2 : 0))).toBeLessThan(1e-6)
        }
      }
    },
  )
})

test('a normal stream is normal, and any number of it can be asked alone', () => {
  const stream = new RandomStream(9, Purpose.weights)
  const numbers = Float64Array.from({ length: 40_000 }, (_, index) => normal(stream, index))
  const { mean, deviation } = statistics(numbers)
  expect(Math.abs(mean)).toBeLessThan(0.02)
  expect(Math.abs(deviation - 1)).toBeLessThan(0.02)
  const beyond = (limit: number) => numbers.filter((value) => Math.abs(value) > limit).length / numbers.length
  expect(beyond(1)).toBeCloseTo(0.3173, 2)
  expect(beyond(2)).toBeCloseTo(0.0455, 2)
  expect(normal(new RandomStream(9, Purpose.weights), 39_999)).toBe(numbers[39_999])
})

const everyLayer = (): tfLayers.Layer[] => [
  layers.conv2d({ inputShape: [8, 8, 2], filters: 3, kernelSize: 3, kernelInitializer: 'heNormal' }),
  layers.batchNormalization(),
  layers.depthwiseConv2d({ kernelSize: 2 }),
  layers.separableConv2d({ filters: 4, kernelSize: 2 }),
  layers.prelu({ alphaConstraint: constraints.nonNeg() }),
  layers.reshape({ targetShape: [16, 4] }),
  layers.timeDistributed({ layer: layers.dense({ units: 5 }) }),
  layers.bidirectional({
    layer: layers.gru({
      units: 3,
      returnSequences: true,
      recurrentInitializer: 'glorotNormal',
    }),
    mergeMode: 'concat',
  }),
  layers.lstm({ units: 3, recurrentInitializer: 'glorotNormal' }),
]

describe('initializeWeights', () => {
  test('gives each weight a stream of its own by its index', () => {
    const model = sequential({
      layers: [
        layers.dense({ inputShape: [4], units: 4, kernelInitializer: 'glorotUniform' }),
        layers.dense({ units: 4, kernelInitializer: 'glorotUniform' }),
      ],
    })
    initializeWeights(model, 11)
    const limit = Math.sqrt(6 / 8)
    const expected = (stream: number) =>
      Float32Array.from({ length: 16 }, (_, index) => {
        const uniform = new RandomStream(11, Purpose.weights, { stream }).uniform(index)
        return -limit + uniform * (2 * limit)
      })
    expect(values(model, 0)).toEqual(expected(0))
    expect(values(model, 1)).toEqual(new Float32Array(4))
    expect(values(model, 2)).toEqual(expected(2))
    model.dispose()
  })

  test('knows every layer’s weights, and is the same in every model', async () => {
    const before = memory().numTensors
    const [one, other] = [sequential({ layers: everyLayer() }), sequential({ layers: everyLayer() })]
    initializeWeights(one, 4)
    initializeWeights(other, 5)
    expect(await weightsSha256(other)).not.toBe(await weightsSha256(one))
    initializeWeights(other, 4)
    expect(one.weights.map((_, index) => values(one, index))).toEqual(
      other.weights.map((_, index) => values(other, index)),
    )
    // These very bits, on every machine: truncated normal and uniform draws are among them.
    expect(await weightsSha256(one)).toBe('fd6e3784547f54b4071000ebeb17e4952d595e27ee99d5cf9ba0b99b3a216cae')
    one.dispose()
    other.dispose()
    expect(memory().numTensors).toBe(before)
  })

  test('starts an LSTM with its forget gates open', () => {
    const model = sequential({
      layers: [
        layers.lstm({ inputShape: [3, 2], units: 2, unitForgetBias: true, recurrentInitializer: 'zeros' }),
      ],
    })
    initializeWeights(model, 1)
    expect([...values(model, 2)]).toEqual([0, 0, 1, 1, 0, 0, 0, 0])
    model.dispose()
  })

  test('refuses an initializer that it does not know, and changes nothing', async () => {
    const model = sequential({
      layers: [
        layers.dense({ inputShape: [2], units: 2, name: 'first' }),
        layers.dense({ units: 2, name: 'odd' }),
      ],
    })
    const before = await weightsSha256(model)
    const odd = model.getLayer('odd')
    const config = odd.getConfig()
    odd.getConfig = () => ({ ...config, kernelInitializer: { className: 'Mine', config: {} } })
    expect(() => initializeWeights(model, 1)).toThrow(/`kernel` of layer `odd`.*\(=Mine\) is not known/)
    expect(await weightsSha256(model)).toBe(before)
    model.dispose()
  })
})
