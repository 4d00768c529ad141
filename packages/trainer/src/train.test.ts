import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { Purpose, RandomStream, permutation, type LabelledImages } from '@treadle/core'
import { startRuntime, type Runtime } from '@treadle/runtime'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { gatherInputs } from './data/rows.ts'
import type { TrainResult } from './events.ts'
import { adam, evaluate, fit, train } from './index.ts'
import { collect, dataset, held, images, refusal } from './testing/running.ts'
import { singleStep } from './testing/single-step.ts'
import { smallClassifier, smallRegressor, smallTable, weightBits } from './testing/small.ts'

let runtime: Runtime
beforeAll(async () => {
  runtime = await startRuntime({ threads: 1 })
})
afterAll(() => runtime.dispose())
afterEach(() => tf.disposeVariables())

async function bitsOf(seed: number): Promise<Uint32Array[]> {
  const model = smallClassifier()
  await fit(model, images, { epochs: 2, seed })
  return weightBits(model)
}

/** Open resources and listeners of the process; empty in a browser. */
const ofProcess = () => {
  const node = globalThis.process as Partial<NodeJS.Process> | undefined
  return {
    resources: node
      ?.getActiveResourcesInfo?.()
      .filter((name) => name !== 'Immediate' && name !== 'Timeout')
      .toSorted(),
    process: node?.eventNames?.().map((name) => [name, node.listenerCount?.(name)]),
  }
}

describe('a run', () => {
  test('runs every step of every epoch with the random streams, including the last partial batch, bit for bit', async () => {
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
        gatherInputs({ values: images.images, size: 20 }, rows, 0, rows.length, x)
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

  test('learns, and reports metrics as Keras does: averages over samples, validation without dropout', async () => {
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
    expect(done).toMatchObject({ executor: 'compiled', backend: 'treadle-wasm' })
    const last = events.findLast((event) => event.type === 'progress')
    expect(last).toMatchObject({
      step: 6,
      steps: 6,
      epoch: 11,
      loss: done.history.loss.at(-1),
      accuracy: done.history.accuracy?.at(-1),
    })
  })

  test('on a table ends near the noise level, with mae', async () => {
    const { history } = await fit(smallRegressor(), smallTable(200), {
      epochs: 60,
      optimizer: adam({ learningRate: 0.02 }),
      validation: { split: 0.2 },
    })
    expect(history.val_mae?.at(-1)).toBeLessThan(0.1)
    expect(Object.keys(history).toSorted()).toEqual(['loss', 'mae', 'val_loss', 'val_mae'])
  })

  test('gives the same bits for the same seed, and different bits for a different seed', async () => {
    const first = await bitsOf(1)
    expect(await bitsOf(1)).toEqual(first)
    expect(await bitsOf(2)).not.toEqual(first)
  })

  test('a batch larger than the data is one step', async () => {
    const events = await collect(smallClassifier(), images, { epochs: 1, batchSize: 1e6 })
    expect(events.filter((event) => event.type === 'progress')).toMatchObject([{ step: 1, steps: 1 }])
  })

  test('leaks no tensors, handles or listeners over three fits', async () => {
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
      ...ofProcess(),
      listeners,
    })
    const before = world()
    for (let i = 0; i < 3; i++) await once()
    expect(world()).toEqual(before)
  })

  test('that is left early keeps the current weights and releases the model', async () => {
    const model = smallClassifier()
    const tensors = tf.memory().numTensors
    const before = weightBits(model)
    for await (const event of train(model, images, { epochs: 5 })) if (event.type === 'epoch') break
    expect(weightBits(model)).not.toEqual(before)
    expect(tf.memory().numTensors).toBe(tensors)
    await fit(model, images, { epochs: 1 })
  })
})

describe('validation', () => {
  test('a split validates on the last samples and trains on the others', async () => {
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

  test('false turns it off', async () => {
    expect(
      Object.keys((await fit(smallClassifier(), dataset, { epochs: 1, validation: false })).history),
    ).toEqual(['loss', 'accuracy'])
  })
})

async function alone(seed: number) {
  const model = smallClassifier({ seed })
  const { history } = await fit(model, dataset, { epochs: 3, seed })
  return { bits: weightBits(model), history }
}

describe('two runs at once', () => {
  test('on one runtime do not affect each other', async () => {
    const both = await Promise.all([alone(1), alone(2)])
    expect(both).toEqual([await alone(1), await alone(2)])
  })

  test('on one model are an error', async () => {
    const model = smallClassifier()
    const first = fit(model, images, { epochs: 2 })
    expect(await refusal(() => fit(model, images, { epochs: 1 }))).toMatchObject({
      code: 'TRAINER_MODEL_BUSY',
    })
    await first
    await fit(model, images, { epochs: 1 })
  })
})

test('a change of the backend during a run is an error', async () => {
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
