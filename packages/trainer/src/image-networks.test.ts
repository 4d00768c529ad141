import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { Purpose, RandomStream, type LabelledImages } from '@treadle/core'
import { startRuntime } from '@treadle/runtime'
import { afterEach, describe, expect, test } from 'vitest'
import { decodeTrainingState, encodeTrainingState, fit, train, type TrainingState } from './index.ts'
import { drawWeights, weightBits } from './testing/small.ts'

afterEach(() => tf.disposeVariables())

type Symbol = tfl.SymbolicTensor
const { layers } = tfl
const apply = (layer: tfl.layers.Layer, ...inputs: Symbol[]) =>
  layer.apply(inputs.length === 1 ? (inputs[0] as Symbol) : inputs) as Symbol

const conv = (filters: number, options: object = {}) =>
  layers.conv2d({ filters, kernelSize: 3, activation: 'relu', ...options })

/** The networks of tfjs's public examples, on smaller images. */
const networks: Record<string, (channels: number) => tfl.LayersModel> = {
  'the CNN of the mnist example': (channels) =>
    tfl.sequential({
      layers: [
        conv(16, { inputShape: [16, 14, channels] }),
        layers.maxPooling2d({ poolSize: 2, strides: 2 }),
        conv(32),
        layers.maxPooling2d({ poolSize: 2, strides: 2 }),
        conv(32, { padding: 'same' }),
        layers.flatten(),
        layers.dense({ units: 64, activation: 'relu' }),
        layers.dropout({ rate: 0.25 }),
        layers.dense({ units: 3, activation: 'softmax' }),
      ],
    }),
  'a residual network of three blocks': (channels) => {
    const input = tfl.input({ shape: [16, 14, channels] })
    const normal = (x: Symbol, filters: number, kernelSize: number, strides = 1) =>
      apply(
        layers.batchNormalization(),
        apply(layers.conv2d({ filters, kernelSize, strides, padding: 'same', useBias: false }), x),
      )
    let x = apply(layers.reLU(), normal(input, 8, 3))
    for (const [filters, strides] of [
      [8, 1],
      [16, 2],
      [32, 2],
    ] as const) {
      const deep = normal(apply(layers.reLU(), normal(x, filters, 3, strides)), filters, 3)
      const short = strides === 1 ? x : normal(x, filters, 1, strides)
      x = apply(layers.reLU(), apply(layers.add(), deep, short))
    }
    const outputs = apply(
      layers.dense({ units: 3, activation: 'softmax' }),
      apply(layers.globalAveragePooling2d({}), x),
    )
    return tfl.model({ inputs: input, outputs })
  },
}

const count = 70

/** Images in which pixel row 4 · k is brighter for class k. */
function imagesOf(channels: number): LabelledImages {
  const [height, width] = [16, 14]
  const random = new RandomStream(3, Purpose.split)
  const labels = Int32Array.from({ length: count }, (_, i) => (i * 7) % 3)
  const size = height * width * channels
  const images = Uint8Array.from({ length: count * size }, (_, i) => {
    const row = Math.floor((i % size) / (width * channels))
    return (
      Math.floor(random.uniform(i) * 140) + (row === 4 * (labels[Math.floor(i / size)] as number) ? 90 : 0)
    )
  })
  return { kind: 'images', images, labels, count, height, width, channels }
}

describe.each(Object.keys(networks))('%s', (name) => {
  test.each([1, 3])(
    'on images of %i channels: compiled, the same weights on 1, 2, 3, 4 and 8 threads and after abort and resume',
    async (channels) => {
      const images = imagesOf(channels)
      const network = () => drawWeights((networks[name] as (c: number) => tfl.LayersModel)(channels), 1)
      const results = []
      for (const threads of [1, 2, 3, 4, 8]) {
        const runtime = await startRuntime({ threads })
        const options = { epochs: 2, batchSize: 32, seed: 1, runtime, executor: 'compiled' as const }
        const model = network()
        const before = tf.memory().numTensors
        const { executor, history } = await fit(model, images, options)
        expect(executor).toBe('compiled')
        expect(tf.memory().numTensors).toBe(before)
        expect(history.loss.every(Number.isFinite)).toBe(true)
        results.push(weightBits(model))
        if (threads === 2) {
          const stop = new AbortController()
          let resume: TrainingState | undefined
          for await (const event of train(network(), images, { ...options, signal: stop.signal })) {
            if (event.type === 'progress') stop.abort()
            if (event.type === 'done') resume = decodeTrainingState(encodeTrainingState(event.state()))
          }
          expect(resume).toMatchObject({ epoch: 0, step: 1 })
          const resumed = network()
          await fit(resumed, images, { ...options, resume: resume as TrainingState })
          results.push(weightBits(resumed))
        }
        await runtime.dispose()
      }
      for (const result of results) expect(result).toEqual(results[0])
    },
  )

  test('learns to tell the classes apart', async () => {
    const images = imagesOf(1)
    const runtime = await startRuntime({ threads: 1 })
    const model = drawWeights((networks[name] as (c: number) => tfl.LayersModel)(1), 1)
    const { history } = await fit(model, images, { epochs: 30, batchSize: 16, seed: 1, runtime })
    expect(history.accuracy?.at(-1)).toBeGreaterThan(0.9)
    await runtime.dispose()
  })
})
