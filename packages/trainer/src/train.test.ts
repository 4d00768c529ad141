import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import * as tfl from '@tensorflow/tfjs-layers'
import { fc, test } from '@fast-check/vitest'
import {
  Purpose,
  RandomStream,
  isTreadleError,
  permutation,
  type LabelledImages,
  type Samples,
} from '@treadle/core'
import { startRuntime, type Runtime } from '@treadle/runtime'
import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest'
import { gatherInputs } from './data/rows.ts'
import type { TrainEvent, TrainResult } from './events.ts'
import { advance, startClock } from './optimizers/clock.ts'
import {
  adam,
  adamW,
  decodeTrainingState,
  encodeTrainingState,
  evaluate,
  fit,
  sgd,
  stepDecay,
  train,
  type TrainOptions,
  type TrainingData,
} from './index.ts'
import { singleStep } from './testing/single-step.ts'
import { smallClassifier, smallImages, smallRegressor, smallTable, weightBits } from './testing/small.ts'

let runtime: Runtime
beforeAll(async () => {
  runtime = await startRuntime({ threads: 1 })
})
afterAll(() => runtime.dispose())
afterEach(() => tf.disposeVariables())

const images = smallImages(90)
const held = smallImages(31, 5)
const dataset = {
  name: 'small',
  train: images,
  test: held,
  classNames: ['a', 'b', 'c'],
  source: { kind: 'memory' as const, sha256: {} },
}

async function collect(
  model: tfl.LayersModel,
  data: TrainingData,
  options: TrainOptions,
): Promise<TrainEvent[]> {
  const events: TrainEvent[] = []
  for await (const event of train(model, data, options)) events.push(event)
  return events
}

async function refusal(make: () => unknown): Promise<{ code: string; message: string }> {
  try {
    await make()
  } catch (error) {
    if (isTreadleError(error)) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

/** Aborts at the n-th progress event, sends the state through bytes, and goes on. */
async function interrupted(
  model: tfl.LayersModel,
  data: TrainingData,
  options: TrainOptions,
  at: number,
): Promise<TrainResult> {
  const stop = new AbortController()
  let seen = 0
  let result: TrainResult | undefined
  for await (const event of train(model, data, { ...options, signal: stop.signal })) {
    if (event.type === 'progress' && seen++ === at) stop.abort()
    if (event.type === 'done') result = event
  }
  if (result?.stopped !== 'aborted') throw new Error(`not aborted but ${result?.stopped}`)
  const bytes = encodeTrainingState(result.state())
  const fresh = smallClassifier({ seed: 99 })
  const resumed = await fit(fresh, data, { ...options, resume: decodeTrainingState(bytes) })
  model.setWeights(fresh.getWeights())
  return resumed
}

function twoOutputs(): tfl.LayersModel {
  const input = tfl.input({ shape: [4, 5] })
  const flat = tfl.layers.flatten().apply(input)
  const outputs = [1, 2].map((units) => tfl.layers.dense({ units }).apply(flat) as tfl.SymbolicTensor)
  return tfl.model({ inputs: input, outputs })
}

function noisy(): tfl.LayersModel {
  const layers = [
    tfl.layers.gaussianNoise({ stddev: 1, inputShape: [4, 5], name: 'noise' }),
    tfl.layers.flatten(),
    tfl.layers.dense({ units: 3, activation: 'softmax' }),
  ]
  return tfl.sequential({ layers })
}

function untrainable(): tfl.LayersModel {
  const model = smallClassifier()
  for (const layer of model.layers) layer.trainable = false
  return model
}

/** The test images with something wrong. */
function bad(part: Partial<LabelledImages>): LabelledImages {
  return { ...images, ...part } as LabelledImages
}

async function bitsOf(seed: number): Promise<Uint32Array[]> {
  const model = smallClassifier()
  await fit(model, images, { epochs: 2, seed })
  return weightBits(model)
}

async function alone(seed: number) {
  const model = smallClassifier({ seed })
  const { history } = await fit(model, dataset, { epochs: 3, seed })
  return { bits: weightBits(model), history }
}

describe('a run', () => {
  test('is every step of every epoch by the streams, the last partial batch included, to the bit', async () => {
    const seed = 3
    const batchSize = 32
    const epochs = 2
    const optimizer = adam({ learningRate: 0.01 })
    const model = smallClassifier()
    const initial = model.weights.map((w) => w.read().dataSync<'float32'>().slice())
    const events = await collect(model, images, { epochs, batchSize, seed, optimizer })
    const losses = events.flatMap((event) => (event.type === 'progress' ? [...event.losses] : []))

    const other = smallClassifier()
    const zeros = other.trainableWeights.map((w) => new Float32Array(w.read().size))
    let state: Pick<Awaited<ReturnType<typeof singleStep>>, 'weights' | 'slots'> = {
      weights: initial,
      slots: { momentum: zeros, velocity: zeros },
    }
    const expected: number[] = []
    const means: number[] = []
    for (let epoch = 0, t = 0; epoch < epochs; epoch++) {
      const order = permutation(images.count, new RandomStream(seed, Purpose.shuffle, { epoch }))
      let sum = 0
      for (let step = 0; step * batchSize < images.count; step++, t++) {
        const rows = order.subarray(step * batchSize, (step + 1) * batchSize)
        const x = new Float32Array(rows.length * 20)
        gatherInputs(images, rows, 0, rows.length, x)
        const y = Int32Array.from(rows, (row) => images.labels[row] as number)
        const result = await singleStep({
          model: other,
          optimizer,
          ...state,
          t,
          batch: { x, y },
          seedStream: { seed, epoch, step },
        })
        state = { weights: result.weights, slots: result.slots }
        expected.push(Math.fround(result.loss))
        sum += Math.fround(result.loss) * rows.length
      }
      means.push(sum / images.count)
    }
    expect(losses).toEqual(expected)
    expect(events.at(-1)).toMatchObject({
      type: 'done',
      history: { loss: means },
      stopped: 'finished',
      epochs,
    })
    expect(weightBits(model)).toEqual(state.weights.map((w) => new Uint32Array(w.buffer)))
  })

  test('learns, and reports what Keras would: history by sample, validation without dropout', async () => {
    const model = smallClassifier()
    const events = await collect(model, dataset, {
      epochs: 12,
      batchSize: 16,
      optimizer: adam({ learningRate: 0.02 }),
    })
    const epochs = events.filter((event) => event.type === 'epoch')
    const done = events.at(-1) as TrainResult
    expect(epochs.map((event) => event.epoch)).toEqual([...Array(12).keys()])
    expect(Object.keys(done.history).toSorted()).toEqual(['accuracy', 'loss', 'val_accuracy', 'val_loss'])
    expect(done.history.accuracy?.at(-1)).toBeGreaterThan(0.85)
    const { loss, accuracy, predictions } = await evaluate(model, held)
    expect(done.history.val_loss?.at(-1)).toBeCloseTo(loss, 12)
    expect(done.history.val_accuracy?.at(-1)).toBe(accuracy)
    expect(predictions.filter((p, i) => p === held.labels[i]).length / held.count).toBe(accuracy)
    expect(done).toMatchObject({ executor: 'eager', backend: 'treadle-wasm' })
    const last = events.findLast((event) => event.type === 'progress')
    expect(last).toMatchObject({
      step: 6,
      steps: 6,
      epoch: 11,
      loss: done.history.loss.at(-1),
      accuracy: done.history.accuracy?.at(-1),
    })
  })

  test('of a table ends near its noise, with mae', async () => {
    const { history } = await fit(smallRegressor(), smallTable(200), {
      epochs: 60,
      optimizer: adam({ learningRate: 0.02 }),
      validation: { split: 0.2 },
    })
    expect(history.val_mae?.at(-1)).toBeLessThan(0.1)
    expect(Object.keys(history).toSorted()).toEqual(['loss', 'mae', 'val_loss', 'val_mae'])
  })

  test('with the same seed gives the same bits, with another others', async () => {
    const first = await bitsOf(1)
    expect(await bitsOf(1)).toEqual(first)
    expect(await bitsOf(2)).not.toEqual(first)
  })

  test('a batch larger than the data is one step', async () => {
    const events = await collect(smallClassifier(), images, { epochs: 1, batchSize: 1000 })
    expect(events.filter((event) => event.type === 'progress')).toMatchObject([{ step: 1, steps: 1 }])
  })

  test('leaves tfjs and the process as they were, over three fits', async () => {
    const model = smallClassifier()
    const regressor = smallRegressor()
    const signal = new AbortController().signal
    let listeners = 0
    const add = signal.addEventListener.bind(signal)
    const remove = signal.removeEventListener.bind(signal)
    signal.addEventListener = ((...args: Parameters<typeof add>) => (listeners++, add(...args))) as typeof add
    signal.removeEventListener = ((...args: Parameters<typeof remove>) => (
      listeners--,
      remove(...args)
    )) as typeof remove
    const once = async () => {
      await fit(model, dataset, { epochs: 1, signal })
      await fit(regressor, smallTable(40), { epochs: 1, validation: { split: 0.5 }, signal })
    }
    await once()
    const world = () => ({
      tensors: tf.memory().numTensors,
      bytes: tf.memory().numBytes,
      resources: process
        .getActiveResourcesInfo()
        .filter((name) => name !== 'Immediate' && name !== 'Timeout')
        .toSorted(),
      process: process.eventNames().map((name) => [name, process.listenerCount(name)]),
      listeners,
    })
    const before = world()
    for (let i = 0; i < 3; i++) await once()
    expect(world()).toEqual(before)
  })

  test('left early keeps the weights of that moment and leaves the model free', async () => {
    const model = smallClassifier()
    const tensors = tf.memory().numTensors
    const before = weightBits(model)
    for await (const event of train(model, images, { epochs: 5 })) if (event.type === 'epoch') break
    expect(weightBits(model)).not.toEqual(before)
    expect(tf.memory().numTensors).toBe(tensors)
    await fit(model, images, { epochs: 1 })
  })
})

describe('abort and resume', () => {
  const settings: [string, TrainOptions][] = [
    ['adam', { optimizer: adam() }],
    [
      'sgd with momentum and a schedule',
      { optimizer: sgd({ momentum: 0.9, nesterov: true }), schedule: stepDecay({ every: 1, factor: 0.5 }) },
    ],
    [
      'adamW, early stopping, weights',
      { optimizer: adamW({ globalClipnorm: 0.5 }), earlyStopping: { patience: 5 }, classWeight: { 0: 2 } },
    ],
  ]
  test.each(settings)(
    '%s: weights, history and state are those of a run in one go, to the bit',
    async (_, options) => {
      const whole = smallClassifier()
      const settled = { epochs: 3, batchSize: 4, seed: 8, ...options }
      const inOneGo = await fit(whole, dataset, settled)
      for (const at of [0, 1, 3]) {
        const model = smallClassifier()
        const result = await interrupted(model, dataset, settled, at)
        expect(weightBits(model)).toEqual(weightBits(whole))
        expect(result.history).toEqual(inOneGo.history)
        // Layers are numbered as they are made, so names alone differ.
        expect({ ...result.state(), model: [] }).toEqual({ ...inOneGo.state(), model: [] })
      }
    },
  )

  test('a state from an epoch event goes on to the same end, also with more epochs', async () => {
    const whole = smallClassifier()
    await fit(whole, images, { epochs: 4 })
    const events = await collect(smallClassifier(), images, { epochs: 2 })
    const state = events.findLast((event) => event.type === 'epoch')?.state()
    const model = smallClassifier({ seed: 7 })
    const { history } = await fit(model, images, { epochs: 4, resume: state as NonNullable<typeof state> })
    expect(weightBits(model)).toEqual(weightBits(whole))
    expect(history.loss).toHaveLength(4)
  })

  test('an abort during validation resumes at the validation', async () => {
    const stop = new AbortController()
    const model = smallClassifier()
    const options = { epochs: 1, seed: 1 }
    let result: TrainResult | undefined
    for await (const event of train(model, dataset, { ...options, signal: stop.signal })) {
      if (event.type === 'progress' && event.step === event.steps) stop.abort()
      if (event.type === 'done') result = event
    }
    expect(result).toMatchObject({ stopped: 'aborted', epochs: 0, history: { loss: [] } })
    const other = smallClassifier()
    const whole = await fit(other, dataset, options)
    const resumed = await fit(model, dataset, { ...options, resume: (result as TrainResult).state() })
    expect(resumed.history).toEqual(whole.history)
    expect(weightBits(model)).toEqual(weightBits(other))
  })

  test('a signal aborted before the start ends at once and changes nothing', async () => {
    const model = smallClassifier()
    const before = weightBits(model)
    const result = await fit(model, images, { signal: AbortSignal.abort() })
    expect(result).toMatchObject({ stopped: 'aborted', epochs: 0 })
    expect(weightBits(model)).toEqual(before)
  })

  test.each<[string, TrainOptions, RegExp]>([
    ['seed', { seed: 5 }, /started with seed 0, but now it is 5/],
    ['batch size', { batchSize: 16 }, /batchSize 32/],
    ['optimizer', { optimizer: sgd() }, /optimizer/],
    ['schedule', { schedule: stepDecay({ every: 1 }) }, /schedule/],
    ['weights', { classWeight: { 0: 2 } }, /weights/],
    ['fewer epochs', { epochs: 1 }, /already done its 1 epochs/],
  ])('another %s is refused', async (_, options, message) => {
    const state = (await fit(smallClassifier(), images, { epochs: 1 })).state()
    const met = await refusal(() => fit(smallClassifier(), images, { epochs: 3, ...options, resume: state }))
    expect(met).toMatchObject({ code: 'TRAINER_RESUME_MISMATCH', message: expect.stringMatching(message) })
  })

  test('another model and other data are refused', async () => {
    const state = (await fit(smallClassifier(), images, { epochs: 1 })).state()
    const wider = tfl.sequential({
      layers: [
        tfl.layers.flatten({ inputShape: [4, 5] }),
        tfl.layers.dense({ units: 3, activation: 'softmax' }),
      ],
    })
    expect(await refusal(() => train(wider, images, { resume: state }))).toMatchObject({
      message: expect.stringMatching(/model with 8 weights/),
    })
    expect(
      await refusal(() => train(smallClassifier(), smallImages(90, 4), { resume: state })),
    ).toMatchObject({
      message: expect.stringMatching(/data checksum/),
    })
  })
})

describe('early stopping', () => {
  test('stops after patience epochs without improvement and restores the best', async () => {
    // A learning rate of 0 never improves; BatchNormalization still moves, so training figures are watched.
    const model = smallClassifier({ dropout: 0 })
    const result = await fit(model, images, {
      epochs: 20,
      batchSize: 90,
      optimizer: sgd({ learningRate: 0 }),
      earlyStopping: { monitor: 'loss', patience: 3, minDelta: 1e-6 },
    })
    expect(result).toMatchObject({ stopped: 'early-stopping', epochs: 4, bestEpoch: 0 })
  })

  test('the model ends with the weights of the best epoch, unless told not to', async () => {
    const options: TrainOptions = { epochs: 6, optimizer: sgd({ learningRate: 3 }), seed: 2 }
    const plain = smallClassifier()
    const events = await collect(plain, dataset, options)
    const history = (events.at(-1) as TrainResult).history
    const best = (history.val_loss as number[]).indexOf(Math.min(...(history.val_loss as number[])))
    expect(best).toBeLessThan(5)
    const at = events.filter((event) => event.type === 'epoch')[best]?.state().weights
    for (const restoreBestWeights of [true, false]) {
      const model = smallClassifier()
      const result = await fit(model, dataset, {
        ...options,
        earlyStopping: { patience: 10, restoreBestWeights },
      })
      expect(result.bestEpoch).toBe(best)
      const expected = restoreBestWeights ? at?.map((w) => new Uint32Array(w.buffer)) : weightBits(plain)
      expect(weightBits(model)).toEqual(expected)
    }
  })
})

describe('weights and penalties', () => {
  test('rows of weight 0 do not move the weights', async () => {
    const spoilt: LabelledImages = {
      ...images,
      labels: images.labels.map((label, i) => (i % 3 === 0 ? (label + 1) % 3 : label)),
    }
    const sampleWeight = Float32Array.from({ length: 90 }, (_, i) => (i % 3 === 0 ? 0 : 1))
    const bits = async (data: Samples) => {
      const model = smallClassifier()
      await fit(model, data, { epochs: 2, sampleWeight })
      return weightBits(model)
    }
    expect(await bits(spoilt)).toEqual(await bits(images))
  })

  test('class weights are the sample weights of their rows; the loss is divided by rows, as in Keras', async () => {
    const run = async (options: TrainOptions) => {
      const model = smallClassifier({ dropout: 0 })
      const { history } = await fit(model, images, { epochs: 1, batchSize: 90, ...options })
      return { bits: weightBits(model), loss: history.loss[0] as number, accuracy: history.accuracy?.[0] }
    }
    const classWeight = { 1: 0.5, 2: 3 }
    const sampleWeight = [...images.labels].map((label) => [1, 0.5, 3][label] as number)
    const byClass = await run({ classWeight })
    expect(byClass).toEqual(await run({ sampleWeight }))
    const parts = await Promise.all(
      [0, 1, 2]
        .map((label) => [...images.labels].map((l) => (l === label ? 1 : 0)))
        .map((w) => run({ sampleWeight: w })),
    )
    expect(byClass.loss).toBeCloseTo(parts[0]!.loss + 0.5 * parts[1]!.loss + 3 * parts[2]!.loss, 5)
    expect(byClass.accuracy).toBe((await run({})).accuracy)
  })

  test('L1 and L2 add their sums to training and validation loss, and pull', async () => {
    const regularized = smallClassifier({
      kernelRegularizer: tfl.regularizers.l1l2({ l1: 0.01, l2: 0.02 }),
      dropout: 0,
    })
    const plain = smallClassifier({ dropout: 0 })
    const kernel = plain.trainableWeights[0]?.read().dataSync<'float32'>() as Float32Array
    const penalty = kernel.reduce((sum, w) => sum + 0.01 * Math.abs(w) + 0.02 * w * w, 0)
    const options: TrainOptions = { epochs: 1, batchSize: 90, optimizer: sgd({ learningRate: 0.1 }) }
    expect((await evaluate(regularized, held)).loss - (await evaluate(plain, held)).loss).toBeCloseTo(
      penalty,
      6,
    )
    const [a, b] = [await fit(regularized, images, options), await fit(plain, images, options)]
    expect((a.history.loss[0] as number) - (b.history.loss[0] as number)).toBeCloseTo(penalty, 6)
    const moved = regularized.trainableWeights[0]?.read().dataSync<'float32'>() as Float32Array
    const without = plain.trainableWeights[0]?.read().dataSync<'float32'>() as Float32Array
    moved.forEach((w, i) =>
      expect(w).toBeCloseTo(
        (without[i] as number) - 0.1 * (0.01 * Math.sign(kernel[i] as number) + 0.04 * (kernel[i] as number)),
        6,
      ),
    )
  })

  test('a constraint holds after training', async () => {
    const layers = [
      tfl.layers.flatten({ inputShape: [4, 5] }),
      tfl.layers.dense({ units: 3, activation: 'softmax', kernelConstraint: tfl.constraints.nonNeg() }),
    ]
    const model = tfl.sequential({ layers })
    await fit(model, images, { epochs: 1 })
    expect(Math.min(...model.weights[0]!.read().dataSync())).toBeGreaterThanOrEqual(0)
  })

  test('layers that are not trainable stay as they are, moving averages included', async () => {
    const model = smallClassifier()
    const frozen = model.layers[2] as tfl.layers.Layer
    expect(frozen.getClassName()).toBe('BatchNormalization')
    frozen.trainable = false
    const before = frozen.getWeights().map((w) => [...w.dataSync()])
    await fit(model, images, { epochs: 1 })
    expect(frozen.getWeights().map((w) => [...w.dataSync()])).toEqual(before)
    expect(model.trainableWeights.length).toBe(4)
  })
})

describe('validation', () => {
  test('a split takes the last rows, and the others are trained on', async () => {
    const model = smallClassifier()
    const { history } = await fit(model, images, { epochs: 1, validation: { split: 0.2 } })
    const first: LabelledImages = {
      ...images,
      images: images.images.subarray(0, 72 * 20),
      labels: images.labels.subarray(0, 72),
      count: 72,
    }
    const last: LabelledImages = {
      ...images,
      images: images.images.subarray(72 * 20),
      labels: images.labels.subarray(72),
      count: 18,
    }
    const other = smallClassifier()
    const apart = await fit(other, first, { epochs: 1, validation: last })
    expect(weightBits(model)).toEqual(weightBits(other))
    expect(history).toEqual(apart.history)
  })

  test('false leaves it out', async () => {
    expect(
      Object.keys((await fit(smallClassifier(), dataset, { epochs: 1, validation: false })).history),
    ).toEqual(['loss', 'accuracy'])
  })
})

test('another backend in mid-run ends it with an error that says so', async () => {
  const met = await refusal(async () => {
    for await (const event of train(smallClassifier(), images, { epochs: 3 }))
      if (event.type === 'epoch') await tf.setBackend('cpu')
  })
  expect(met).toMatchObject({
    code: 'TRAINER_BACKEND_LOST',
    message: expect.stringContaining("'treadle-wasm'"),
  })
  await tf.setBackend(runtime.backendName)
})

describe('two runs at once', () => {
  test('on one runtime are each as if alone', async () => {
    const both = await Promise.all([alone(1), alone(2)])
    expect(both).toEqual([await alone(1), await alone(2)])
  })

  test('on one model are refused', async () => {
    const model = smallClassifier()
    const first = fit(model, images, { epochs: 2 })
    expect(await refusal(() => fit(model, images, { epochs: 1 }))).toMatchObject({
      code: 'TRAINER_MODEL_BUSY',
    })
    await first
    await fit(model, images, { epochs: 1 })
  })
})

describe('bad input is refused before anything starts', () => {
  const cases: [string, () => unknown, string, RegExp][] = [
    [
      'epochs 0',
      () => train(smallClassifier(), images, { epochs: 0 }),
      'TRAINER_BAD_OPTION',
      /`epochs` \(=0\)/,
    ],
    ['epochs 1.5', () => train(smallClassifier(), images, { epochs: 1.5 }), 'TRAINER_BAD_OPTION', /epochs/],
    [
      'batch size 0',
      () => train(smallClassifier(), images, { batchSize: 0 }),
      'TRAINER_BAD_OPTION',
      /batchSize/,
    ],
    ['a bad seed', () => train(smallClassifier(), images, { seed: -1 }), 'CORE_BAD_SEED', /seed/],
    [
      'no data',
      () => train(smallClassifier(), undefined as never, {}),
      'TRAINER_BAD_DATA',
      /loadFashionMnist/,
    ],
    ['empty data', () => train(smallClassifier(), smallImages(0), {}), 'TRAINER_BAD_DATA', /no rows/],
    [
      'counts that differ',
      () => train(smallClassifier(), bad({ count: 91 }), {}),
      'TRAINER_BAD_DATA',
      /`images` holds 1800 values, but 91 rows need 1820/,
    ],
    [
      'floats for bytes',
      () => train(smallClassifier(), bad({ images: new Float32Array(1800) as never }), {}),
      'TRAINER_BAD_DATA',
      /Uint8Array, not Float32Array/,
    ],
    [
      'wrong label type',
      () => train(smallClassifier(), bad({ labels: new Float32Array(90) as never }), {}),
      'TRAINER_BAD_DATA',
      /`labels` must be a Int32Array/,
    ],
    [
      'a label too large',
      () => train(smallClassifier(), bad({ labels: images.labels.map((l, i) => (i === 7 ? 3 : l)) }), {}),
      'TRAINER_BAD_LABEL',
      /label 3 of row 7/,
    ],
    [
      'a negative label',
      () => train(smallClassifier(), bad({ labels: new Int32Array(90).fill(-1) }), {}),
      'TRAINER_BAD_LABEL',
      /takes 0 to 2/,
    ],
    [
      'images of another shape',
      () => train(smallClassifier(), bad({ height: 5, width: 4 }), {}),
      'TRAINER_SHAPE_MISMATCH',
      /\[5, 4, 1\].*\[4, 5\]/,
    ],
    [
      'NaN in a table',
      () =>
        train(smallRegressor(), { ...smallTable(4), features: new Float32Array(12).fill(Number.NaN) }, {}),
      'TRAINER_BAD_DATA',
      /row 0 holds NaN/,
    ],
    [
      'too few targets',
      () => train(smallRegressor(), { ...smallTable(4), targets: new Float32Array(4), outputs: 1 }, {}),
      'TRAINER_SHAPE_MISMATCH',
      /has 1 target, .* needs 2/,
    ],
    [
      'bad validation data',
      () => train(smallClassifier(), images, { validation: smallImages(0) }),
      'TRAINER_BAD_DATA',
      /validation data: has no rows/,
    ],
    [
      'no test part',
      () => train(smallClassifier(), images, { validation: 'test' }),
      'TRAINER_BAD_OPTION',
      /no test part/,
    ],
    [
      'a split of everything',
      () => train(smallClassifier(), images, { validation: { split: 1 } }),
      'TRAINER_BAD_OPTION',
      /split/,
    ],
    [
      'weights of another count',
      () => train(smallClassifier(), images, { sampleWeight: [1, 2] }),
      'TRAINER_BAD_WEIGHT',
      /has 2 values, but there are 90/,
    ],
    [
      'a negative class weight',
      () => train(smallClassifier(), images, { classWeight: { 0: -1 } }),
      'TRAINER_BAD_WEIGHT',
      /classWeight\[0\]/,
    ],
    [
      'an unknown loss',
      () => train(smallClassifier(), images, { loss: 'hinge' as never }),
      'TRAINER_BAD_LOSS',
      /sparseCategoricalCrossentropy/,
    ],
    [
      'a loss that does not fit',
      () => train(smallClassifier(), images, { loss: 'binaryCrossentropy' }),
      'TRAINER_BAD_LOSS',
      /must end in sigmoid/,
    ],
    [
      'logits unannounced',
      () => train(smallClassifier({ activation: 'linear' }), images, {}),
      'TRAINER_BAD_LOSS',
      /fromLogits/,
    ],
    [
      'an unknown executor',
      () => train(smallClassifier(), images, { executor: 'fast' as never }),
      'TRAINER_BAD_OPTION',
      /auto, compiled, eager/,
    ],
    [
      'a figure not there to monitor',
      () => train(smallClassifier(), images, { earlyStopping: {} }),
      'TRAINER_BAD_OPTION',
      /no figure 'val_loss'/,
    ],
    [
      'negative patience',
      () => train(smallClassifier(), dataset, { earlyStopping: { patience: -1 } }),
      'TRAINER_BAD_OPTION',
      /patience/,
    ],
    [
      'a model of two outputs',
      () => train(twoOutputs(), images, {}),
      'TRAINER_UNSUPPORTED_MODEL',
      /2 outputs/,
    ],
    [
      'outputs of rank 3',
      () =>
        train(tfl.sequential({ layers: [tfl.layers.dense({ units: 2, inputShape: [4, 5] })] }), images, {}),
      'TRAINER_UNSUPPORTED_MODEL',
      /flatten/,
    ],
    [
      'noise from Math.random',
      () => train(noisy(), images, {}),
      'TRAINER_EXECUTOR_REFUSED',
      /layer `noise`: GaussianNoise draws from Math.random/,
    ],
    [
      'nothing to train',
      () => train(untrainable(), images, {}),
      'TRAINER_EXECUTOR_REFUSED',
      /no trainable weights/,
    ],
  ]
  test.each(cases)('%s', async (_, make, code, message) => {
    expect(await refusal(make)).toMatchObject({ code, message: expect.stringMatching(message) })
  })

  test('a runtime that is not the active backend', async () => {
    const { backendName } = runtime
    expect(
      await refusal(() =>
        train(smallClassifier(), images, { runtime: { ...runtime, backendName: 'other' as never } }),
      ),
    ).toMatchObject({
      code: 'TRAINER_WRONG_BACKEND',
      message: expect.stringContaining(backendName),
    })
  })
})

describe('a loss that is not finite', () => {
  test('ends the run, says where, and puts the model back to the last epoch', async () => {
    const model = smallRegressor()
    const events: TrainEvent[] = []
    const table = { ...smallTable(64), targets: new Float32Array(128).fill(1e18) }
    const met = await refusal(async () => {
      for await (const event of train(model, table, {
        epochs: 50,
        batchSize: 8,
        optimizer: sgd({ learningRate: 0.5 }),
      }))
        events.push(event)
    })
    expect(met.code).toBe('TRAINER_NAN_LOSS')
    expect(met.message).toMatch(
      /the loss became (NaN|Infinity) in epoch \d+, step \d+ of 8, at learning rate 0\.5\./,
    )
    const last = events.findLast((event) => event.type === 'epoch')
    const weights =
      last?.state().weights.map((w) => [...w]) ??
      smallRegressor().weights.map((w) => [...w.read().dataSync()])
    expect(model.weights.map((w) => [...w.read().dataSync()])).toEqual(weights)
    await fit(model, smallTable(10), { epochs: 1 })
  })
})

test.prop([fc.double({ min: 1e-4, max: 0.5, noNaN: true }), fc.integer({ min: 1, max: 400 })], {
  numRuns: 50,
})(
  "Adam's step size is the exact one but for Keras's float32 roundings, of 1 − β₂ᵗ above all",
  (learningRate, t) => {
    const clock = startClock()
    let found = 0
    for (let i = 0; i < t; i++) found = advance(clock, adam(), learningRate)
    const [beta1, beta2] = [Math.fround(0.9), Math.fround(0.999)]
    const exact = (learningRate * Math.sqrt(1 - beta2 ** t)) / (1 - beta1 ** t)
    expect(Math.abs(found / exact - 1)).toBeLessThan(1e-6 + 1e-7 / (1 - 0.999 ** t))
  },
)
