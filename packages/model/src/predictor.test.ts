import '@tensorflow/tfjs-backend-cpu'
import { memory, setBackend, tensor, tidy } from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { layers, sequential } from '@tensorflow/tfjs-layers'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { startRuntime } from '@treadle/runtime'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { initializeWeights, wideAndDeepClassifier } from './index.ts'
import { createPredictor } from './predictor.ts'

beforeEach(async () => {
  await setBackend('cpu')
})

/** A network whose biases, scales and moving averages are not those of a new one, as after training. */
function trained(seed: number): LayersModel {
  const model = wideAndDeepClassifier({ seed })
  for (const [index, weight] of model.weights.entries()) {
    if (weight.shape.length > 1) continue
    const size = weight.shape[0] as number
    const centre = /gamma|variance/.test(weight.name) ? 1 : 0
    const values = Float32Array.from(
      { length: size },
      (_, i) => centre - 0.2 + ((i * 37 + index * 11) % 97) / 240,
    )
    tidy(() => void weight.write(tensor(values)))
  }
  return model
}

const pixels = (count: number, size = 784) =>
  Float32Array.from({ length: count * size }, (_, i) => ((i * 2654435761) % 1021) / 1020)

const byTfjs = (model: LayersModel, inputs: Float32Array, count: number) =>
  tidy(() => (model.predict(tensor(inputs, [count, 28, 28])) as Tensor).dataSync<'float32'>().slice())

/** The largest difference between two lists of equal length. */
function apart(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length)
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] as number))), 0)
}

describe.each(['cpu', 'treadle-wasm'])('on %s', (backend) => {
  test('gives what tfjs gives to 1e-6, for any number of rows, and frees what it takes', async () => {
    const runtime = backend === 'cpu' ? undefined : await startRuntime({ threads: 2 })
    const held = new Set<number>()
    if (runtime) {
      const { allocate, free } = runtime
      vi.spyOn(runtime, 'allocate').mockImplementation((bytes) => {
        const address = allocate(bytes)
        held.add(address)
        return address
      })
      vi.spyOn(runtime, 'free').mockImplementation((address) => {
        free(address)
        held.delete(address)
      })
    }
    const before = memory().numTensors
    const model = trained(1)
    const predictor = createPredictor(model)
    for (const count of [1, 2, 63, 64, 65, 600]) {
      const inputs = pixels(count)
      expect(apart(await predictor.predict(inputs, count), byTfjs(model, inputs, count))).toBeLessThan(1e-6)
    }
    if (runtime) expect(held.size).toBeGreaterThan(0)
    await predictor.dispose()
    model.dispose()
    expect(held.size).toBe(0)
    expect(memory().numTensors).toBe(before)
    vi.restoreAllMocks()
    await runtime?.dispose()
  })
})

describe('a compiled network', () => {
  let model: LayersModel
  beforeEach(() => (model = trained(2)))
  afterEach(() => model.dispose())

  test('keeps the weights it was made with', async () => {
    const predictor = createPredictor(model)
    const expected = byTfjs(model, pixels(3), 3)
    initializeWeights(model, 3)
    expect(apart(await predictor.predict(pixels(3), 3), expected)).toBeLessThan(1e-6)
    expect(apart(expected, byTfjs(model, pixels(3), 3))).toBeGreaterThan(1e-3)
    await predictor.dispose()
  })

  test('takes bytes for fractions of 255, one row and many alike', async () => {
    const predictor = createPredictor(model)
    const bytes = Uint8Array.from({ length: 300 * 784 }, (_, i) => (i * 37) % 256)
    const floats = Float32Array.from(bytes, (value) => value / 255)
    const expected = await predictor.predict(floats, 300)
    expect(await predictor.predict(bytes, 300)).toEqual(expected)
    const one = predictor.predict(bytes.subarray(0, 784), 1)
    expect(one).toBeInstanceOf(Float32Array)
    expect(apart(await one, expected.subarray(0, 10))).toBeLessThan(1e-6)
    await predictor.dispose()
  })

  test('answers calls that overlap, also when it is disposed of meanwhile', async () => {
    const predictor = createPredictor(model)
    const counts = [1, 300, 7, 70]
    const inputs = counts.map((count) => pixels(count).map((value) => value / count))
    const answers = counts.map(async (count, i) => predictor.predict(inputs[i] as Float32Array, count))
    await predictor.dispose()
    for (const [i, answer] of (await Promise.all(answers)).entries())
      expect(apart(answer, byTfjs(model, inputs[i] as Float32Array, counts[i] as number))).toBeLessThan(1e-6)
  })
})

type Recurrent = Parameters<typeof layers.simpleRNN>[0]

test('a network with a layer that cannot be compiled runs on tfjs', async () => {
  const model = sequential({
    layers: [
      layers.simpleRNN({ inputShape: [28, 28], units: 4, recurrentInitializer: 'glorotNormal' }),
      layers.dense({ units: 3, activation: 'softmax' }),
    ],
  })
  initializeWeights(model, 1)
  const before = memory().numTensors
  const predictor = createPredictor(model)
  const expected = byTfjs(model, pixels(300), 300)
  expect(apart(await predictor.predict(pixels(300), 300), expected)).toBeLessThan(1e-6)
  await predictor.dispose()
  expect(memory().numTensors).toBe(before)
  model.dispose()
})

test.each([
  ['SimpleRNN', (cell: Recurrent) => layers.simpleRNN(cell)],
  ['GRU', (cell: Recurrent) => layers.gru(cell)],
  ['LSTM', (cell: Recurrent) => layers.lstm(cell)],
  ['RNN', (cell: Recurrent) => layers.rnn({ ...cell, cell: layers.lstmCell(cell) })],
  [
    'Bidirectional',
    (cell: Recurrent) =>
      layers.bidirectional({
        inputShape: [28, 28],
        layer: layers.simpleRNN(cell),
        mergeMode: 'concat',
      }),
  ],
])('%s with dropout keeps no masks between batches', async (_, layer) => {
  const recurrentInitializer = 'glorotNormal' as const
  const settings = {
    inputShape: [28, 28],
    units: 3,
    dropout: 0.5,
    recurrentDropout: 0.5,
    recurrentInitializer,
  }
  const model = sequential({ layers: [layer(settings), layers.dense({ units: 3, activation: 'softmax' })] })
  initializeWeights(model, 1)
  const before = memory().numTensors
  const predictor = createPredictor(model)
  const three = await predictor.predict(pixels(3), 3)
  const one = await predictor.predict(pixels(1), 1)
  expect(apart(one, three.subarray(0, 3))).toBeLessThan(1e-6)
  expect(memory().numTensors).toBe(before)
  await predictor.dispose()
  model.dispose()
})
