import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import * as tfl from '@tensorflow/tfjs-layers'
import { randomFlip } from '@treadle/keras/extensions'
import { startRuntime, type Runtime } from '@treadle/runtime'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { adamW, fit, train, type TrainOptions, type TrainResult } from '../index.ts'
import { images } from '../testing/running.ts'
import { drawWeights, weightBits } from '../testing/small.ts'
import { storedCopy } from '../testing/stored.ts'

let runtime: Runtime
beforeAll(async () => {
  runtime = await startRuntime({ threads: 2 })
})
afterAll(() => runtime.dispose())
afterEach(() => tf.disposeVariables())

const { layers } = tfl

/** Dense → normalization → [dropout] → features → dense → softmax, with the first layers frozen. */
function network({ nested = false, dropout = 0, unsupported = false } = {}): tfl.LayersModel {
  const first = [
    layers.dense({ units: 6, activation: 'relu', inputShape: [4, 5], name: 'first' }),
    layers.batchNormalization({ name: 'normalization' }),
    ...(unsupported
      ? [layers.lstm({ units: 5, returnSequences: true, recurrentInitializer: 'glorotNormal', name: 'lstm' })]
      : []),
    ...(dropout > 0 ? [layers.dropout({ rate: dropout, name: 'dropout' })] : []),
  ]
  const base = nested ? [tfl.sequential({ name: 'base', layers: first })] : first
  const model = tfl.sequential({
    layers: [
      ...base,
      layers.flatten({ name: 'flat' }),
      layers.dense({ units: 5, activation: 'tanh', kernelRegularizer: 'l1l2', name: 'hidden' }),
      layers.dense({ units: 3, activation: 'softmax', name: 'output' }),
    ],
  })
  drawWeights(model, 1)
  for (const layer of base) layer.trainable = false
  return model
}

const options: TrainOptions = { epochs: 3, batchSize: 8, seed: 5, validation: images, optimizer: adamW() }
/** Copies of the weights of a layer, or of all in the order of the layers, which freezing does not change. */
const valuesOf = (model: tfl.LayersModel, name?: string) =>
  model.layers
    .filter((layer) => name === undefined || layer.name === name)
    .flatMap(({ weights }) => weights.map((weight) => weight.read().dataSync<'float32'>().slice()))

function expectClose(one: tfl.LayersModel, other: tfl.LayersModel): void {
  const [left, right] = [valuesOf(one), valuesOf(other)]
  left.forEach((values, i) =>
    values.forEach((value, j) => expect(Math.abs(value - (right[i]?.[j] as number))).toBeLessThan(1e-5)),
  )
}

test.each([
  ['compiled', {}],
  ['compiled', { nested: true }],
  ['eager', {}],
  ['auto', { unsupported: true }],
] as const)(
  '%s %j: cached features train the same weights as the frozen network, to 1e-5',
  async (executor, form) => {
    const [plain, cached] = [network(form), network(form)]
    const before = valuesOf(cached)
    const whole = await fit(plain, images, { ...options, executor })
    const result = await fit(cached, images, { ...options, executor, cacheFeatures: true })
    expectClose(cached, plain)
    expect(valuesOf(cached).at(-1)).not.toEqual(before.at(-1))
    expect(valuesOf(cached).slice(0, 4)).toEqual(before.slice(0, 4))
    for (const [name, values] of Object.entries(whole.history))
      values.forEach((value, i) =>
        expect((result.history as unknown as Record<string, number[]>)[name]?.[i]).toBeCloseTo(value, 4),
      )
    // The state is that of the whole network, with the slots of what trains.
    expect(result.state().model).toEqual(whole.state().model)
    for (const slot of Object.values(result.state().slots))
      expect(slot).toHaveLength(plain.trainableWeights.length)
    // Nothing of it is left in the network.
    for (const layer of cached.layers) expect(layer.inboundNodes).toHaveLength(1)
  },
)

test('a frozen dropout drops nothing in the features, so that any seed has the same ones', async () => {
  const one = network({ dropout: 0.5 })
  const other = network()
  await fit(one, images, { ...options, cacheFeatures: true })
  await fit(other, images, { ...options, cacheFeatures: true })
  expect(weightBits(one)).toEqual(weightBits(other))
})

test('images that are read from a file give the same features', async () => {
  const [one, other] = [network(), network()]
  await fit(one, images, { ...options, cacheFeatures: true })
  const { samples } = storedCopy(images, 100)
  await fit(other, samples, { ...options, validation: samples, cacheFeatures: true })
  expect(weightBits(other)).toEqual(weightBits(one))
})

test('an interrupted training resumes to the same bits', async () => {
  const settings = { ...options, cacheFeatures: true }
  const whole = network()
  await fit(whole, images, settings)
  const stopped = network()
  const stop = new AbortController()
  let result: TrainResult | undefined
  for await (const event of train(stopped, images, { ...settings, signal: stop.signal })) {
    if (event.type === 'epoch' && event.epoch === 0) stop.abort()
    if (event.type === 'done') result = event
  }
  const state = result?.state() as ReturnType<TrainResult['state']>
  const resumed = network()
  await fit(resumed, images, { ...settings, resume: state })
  expect(weightBits(resumed)).toEqual(weightBits(whole))
  const other = network()
  drawWeights(other, 2)
  await expect(fit(other, images, { ...settings, resume: state })).rejects.toThrow(/frozen weight/)
  await expect(fit(network(), images, { ...options, resume: state })).rejects.toThrow(
    /features cached, but now it is not cached/,
  )
})

test('a training after another one counts its epochs and keeps its history', async () => {
  const model = network()
  const head = await fit(model, images, { ...options, cacheFeatures: true })
  model.layers[0]!.trainable = true
  const [dense, before] = [valuesOf(model, 'first'), valuesOf(model, 'normalization')]
  const tuned = await fit(model, images, { ...options, epochs: 5, after: head.state() })
  expect(tuned.epochs).toBe(5)
  expect(tuned.state().firstEpoch).toBe(3)
  expect(tuned.history.loss.slice(0, 3)).toEqual(head.history.loss)
  expect(tuned.history.loss).toHaveLength(5)
  expect(valuesOf(model, 'first')).not.toEqual(dense)
  expect(valuesOf(model, 'normalization')).toEqual(before)
  expect(() => train(model, images, { ...options, epochs: 3, after: head.state() })).toThrow(
    /counts the 3 epochs/,
  )
  expect(() =>
    train(model, images, { ...options, epochs: 9, after: head.state(), resume: tuned.state() }),
  ).toThrow(/Leave `after` out/)
})

/** First layers → maps, frozen → flatten → softmax. */
function ofMaps(first: tfl.layers.Layer[]): tfl.LayersModel {
  const frozen = [
    ...first,
    layers.reshape({ targetShape: [4, 5, 1], inputShape: [4, 5] }),
    layers.conv2d({ filters: 3, kernelSize: 2, name: 'maps' }),
  ]
  const model = tfl.sequential({
    layers: [...frozen, layers.flatten(), layers.dense({ units: 3, activation: 'softmax', name: 'output' })],
  })
  drawWeights(model, 2)
  for (const layer of frozen) layer.trainable = false
  return model
}

test('a base that begins with layers that augment is trained on, as without them', async () => {
  const [plain, augmenting] = [ofMaps([]), ofMaps([randomFlip({ inputShape: [4, 5] })])]
  await fit(plain, images, { ...options, cacheFeatures: true })
  await fit(augmenting, images, { ...options, cacheFeatures: true })
  expect(weightBits(augmenting)).toEqual(weightBits(plain))
  // Without cached features the frozen layers augment.
  await fit(augmenting, images, options)
})

test('what has no features is refused', async () => {
  const trains = network()
  ;(trains.layers[0] as tfl.layers.Layer).trainable = true
  await expect(fit(trains, images, { ...options, cacheFeatures: true })).rejects.toThrow(
    /take the input of the model/,
  )
})
