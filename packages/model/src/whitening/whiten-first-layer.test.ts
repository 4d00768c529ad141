import '@tensorflow/tfjs-backend-cpu'
import { input, layers, model as functional, type LayersModel } from '@tensorflow/tfjs-layers'
import { type LabelledImages, RandomStream } from '@treadle/core'
import { findWeight } from '@treadle/keras'
import { expect, test } from 'vitest'
import { weightsSha256 } from '../artifacts.ts'
import { initializeWeights } from '../initialize-weights.ts'
import { models } from '../models/index.ts'
import { whitenFirstLayer } from './whiten-first-layer.ts'

function images(count: number, channels = 1, side = 8, pixel?: number): LabelledImages {
  const stream = new RandomStream(1, 1)
  const bytes = Uint8Array.from(
    { length: count * side * side * channels },
    (_, i) => pixel ?? stream.at(i) >>> 24,
  )
  const labels = new Int32Array(count)
  return { kind: 'images', images: bytes, labels, count, height: side, width: side, channels }
}

function network(settings: object, channels = 1): LayersModel {
  const inputs = input({ shape: [8, 8, channels], name: 'input' })
  const convolution = layers.conv2d({ filters: 4, kernelSize: 3, name: 'first', ...settings })
  const outputs = layers.dense({ units: 2, activation: 'softmax', name: 'output' })
  const means = layers.globalAveragePooling2d({ name: 'means' })
  const model = functional({
    inputs,
    outputs: outputs.apply(means.apply(convolution.apply(inputs))) as never,
  })
  initializeWeights(model, 1)
  return model
}

const valuesOf = (model: LayersModel, role: string) =>
  findWeight(model.getLayer('first'), role).read().dataSync().slice()

/** Column `i` of a kernel. */
const filterOf = (kernel: ArrayLike<number>, count: number, i: number) =>
  Array.from(kernel).filter((_, at) => at % count === i)

const cnnTiny = () => models.get('cnn-tiny')!.build({ seed: 1, inputShape: [8, 8, 3], outputs: 2, width: 8 })

const whitened = async (options: object) => {
  const model = await cnnTiny()
  await whitenFirstLayer(model, images(20, 3), options)
  const sha = await weightsSha256(model)
  model.dispose()
  return sha.slice(0, 16)
}

test('the weights are the same bits in Node and browsers, and again', async () => {
  expect(await whitened({ seed: 1, patches: 500 })).toBe('231de4a29641a989')
  expect(await whitened({ seed: 1, patches: 500 })).toBe(await whitened({ seed: 1, patches: 500 }))
  expect(await whitened({ seed: 2, patches: 500 })).not.toBe(await whitened({ seed: 1, patches: 500 }))
})

test.each([
  { channels: 1, settings: { filters: 8 }, pairs: 4 },
  { channels: 3, settings: { filters: 7, kernelSize: 2 }, pairs: 3 },
  { channels: 1, settings: { filters: 24 }, pairs: 9 },
  { channels: 3, settings: { filters: 4, dilationRate: 2 }, pairs: 2 },
])('$pairs pairs of filters with $settings', async ({ channels, settings, pairs }) => {
  const model = network(settings, channels)
  const before = valuesOf(model, 'kernel')
  expect(await whitenFirstLayer(model, images(3, channels))).toBe('first')
  const [kernel, bias] = [valuesOf(model, 'kernel'), valuesOf(model, 'bias')]
  for (let i = 0; i < settings.filters; i++) {
    const filter = filterOf(kernel, settings.filters, i)
    if (i < pairs) {
      const negative = filterOf(kernel, settings.filters, pairs + i)
      expect(filter.map((value) => -value)).toEqual(negative)
      expect(Math.fround(-bias[i]!)).toBe(bias[pairs + i])
      expect(Math.max(...filter.map(Math.abs))).toBeGreaterThan(0.1)
    } else if (i >= 2 * pairs) expect(filter).toEqual(filterOf(before, settings.filters, i))
  }
  expect(model.getLayer('first').trainable).toBe(false)
  expect(model.trainableWeights.map(({ originalName }) => originalName)).toEqual([
    'output/kernel',
    'output/bias',
  ])
  model.dispose()
})

test('images of one colour give filters that answer 0, and no infinite ones', async () => {
  for (const pixel of [0, 255]) {
    const model = network({})
    await whitenFirstLayer(model, images(2, 1, 8, pixel), { epsilon: 0.01 })
    const [kernel, bias] = [valuesOf(model, 'kernel'), valuesOf(model, 'bias')]
    for (let i = 0; i < 4; i++) {
      const filter = filterOf(kernel, 4, i)
      // An axis of the space of patches, times 1 / √0.01.
      expect(Math.sqrt(filter.reduce((sum, value) => sum + value * value, 0))).toBeCloseTo(10, 5)
      const answer = filter.reduce((sum, value) => sum + (value * pixel) / 255, bias[i]!)
      expect(answer).toBeCloseTo(0, 5)
    }
    model.dispose()
  }
})

test('images of a file that is read in parts give the same weights', async () => {
  const [plain, stored] = [network({}), network({})]
  const whole = images(100)
  const gather = async (indices: Uint32Array) =>
    Uint8Array.from([...indices].flatMap((i) => [...whole.images.subarray(i * 64, (i + 1) * 64)]))
  await whitenFirstLayer(plain, whole)
  const form = { count: 100, size: 64, memory: 6400, gather }
  await whitenFirstLayer(stored, { ...whole, images: new Uint8Array(0), stored: form as never })
  expect(valuesOf(stored, 'kernel')).toEqual(valuesOf(plain, 'kernel'))
  plain.dispose()
  stored.dispose()
})

test.each([
  [
    () => models.get('mlp')!.build({ seed: 1, inputShape: [8, 8], outputs: 2 }),
    /`mlp`: it has no Conv2D layer/,
  ],
  [async () => network({ filters: 1 }), /`first` has 1 filter/],
  [async () => network({}, 3), /`first` takes 3 channels, but the images have 1/],
  [
    async () => network({ kernelSize: 5, dilationRate: 2, padding: 'same' }),
    /window of `first` is larger than the images of 8 × 8/,
  ],
  [
    async () => {
      const inputs = input({ shape: [8, 8, 1] })
      const normalized = layers.batchNormalization({ name: 'norm' }).apply(inputs)
      const outputs = layers.conv2d({ filters: 2, kernelSize: 3, name: 'late' }).apply(normalized)
      return functional({ inputs, outputs: outputs as never })
    },
    /`late` takes what the layer `norm` makes of the images/,
  ],
])('%# is refused by name', async (build, message) => {
  const model = await build()
  await expect(whitenFirstLayer(model, images(4))).rejects.toMatchObject({
    code: 'MODEL_NOT_WHITENED',
    message: expect.stringMatching(message) as string,
  })
  model.dispose()
})

test.each([{ epsilon: 0 }, { epsilon: Number.NaN }, { patches: 0 }, { patches: 1.5 }])(
  'the options %j are refused',
  async (options) => {
    const model = network({})
    await expect(whitenFirstLayer(model, images(4), options)).rejects.toMatchObject({
      code: 'MODEL_BAD_OPTION',
    })
    model.dispose()
  },
)
