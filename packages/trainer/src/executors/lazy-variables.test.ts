import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { prepareRun } from '../run.ts'
import { smallClassifier, smallImages } from '../testing/small.ts'
import { train } from '../train.ts'
import { LazyVariables } from './lazy-variables.ts'

beforeAll(async () => {
  await tf.setBackend('cpu')
})
beforeEach(() => {
  vi.restoreAllMocks()
  tf.disposeVariables()
})

const first = (values: readonly Float32Array[]) => values.map((one) => one[0])
const filled = (model: ReturnType<typeof smallClassifier>, value: number) =>
  model.weights.map(({ shape }) => new Float32Array(tf.util.sizeFromShape(shape as number[])).fill(value))

const bits = (model: ReturnType<typeof smallClassifier>) =>
  model.weights.map((weight) => weight.read().dataSync<'float32'>().slice())

describe('every way to read a variable returns the newest values, and one read writes all variables', () => {
  const ways: Record<string, (model: ReturnType<typeof smallClassifier>) => unknown> = {
    'dataSync of a variable': (model) => model.weights[0]?.read().dataSync()[0],
    getWeights: (model) => model.getWeights()[0]?.dataSync()[0],
    'a kernel': (model) => tf.tidy(() => tf.add(model.weights[0]?.read() as tf.Tensor, 0).dataSync()[0]),
    'a copy': (model) => tf.tidy(() => model.weights[0]?.read().clone().dataSync()[0]),
    'inside tidy': (model) => tf.tidy(() => tf.max(model.weights[0]?.read() as tf.Tensor).dataSync()[0]),
  }
  test.each(Object.entries(ways))('%s', (_, read) => {
    const model = smallClassifier()
    const variables = new LazyVariables(model)
    const source = vi.fn(() => filled(model, 7))
    const { numTensors } = tf.memory()
    variables.set(() => filled(model, 5))
    variables.set(source)
    expect(source).not.toHaveBeenCalled()
    expect(read(model)).toBe(7)
    expect(variables.waiting).toBe(false)
    expect(first(model.weights.map((weight) => weight.read().dataSync<'float32'>()))).toEqual(
      model.weights.map(() => 7),
    )
    expect(source).toHaveBeenCalledTimes(1)
    expect(tf.memory().numTensors).toBe(numTensors)
    variables.set(() => filled(model, 8))
    expect(read(model)).toBe(8)
  })

  test('the promise of `data()`', async () => {
    const model = smallClassifier()
    new LazyVariables(model).set(() => filled(model, 7))
    expect((await model.weights[0]?.read().data())?.[0]).toBe(7)
  })
})

test('assigned values stay until newer values are set', () => {
  const model = smallClassifier()
  const variables = new LazyVariables(model)
  variables.set(() => filled(model, 7))
  model.setWeights(
    filled(model, 1).map((values, i) => tf.tensor(values, model.weights[i]?.shape as number[])),
  )
  expect(model.weights.map((weight) => weight.read().dataSync()[0])).toEqual(model.weights.map(() => 1))
  variables.write()
  expect(model.weights[0]?.read().dataSync()[0]).toBe(1)
  variables.set(() => filled(model, 2))
  variables.write()
  expect(model.weights[0]?.read().dataSync()[0]).toBe(2)
})

describe('a compiled run', () => {
  const options = { epochs: 2, batchSize: 4, seed: 1, executor: 'compiled' } as const
  const data = smallImages(40)
  const validation = smallImages(12, 3)

  test('writes each variable once if no variable is read', async () => {
    const model = smallClassifier()
    const assign = vi.spyOn(tf.Variable.prototype, 'assign')
    for await (const event of train(model, data, { ...options, validation })) void event
    expect(assign).toHaveBeenCalledTimes(model.weights.length)
  })

  test('has the current weights at every event, and ends with the same weights', async () => {
    const [read, unread] = [smallClassifier(), smallClassifier()]
    let events = 0
    for await (const event of train(read, data, { ...options, validation })) {
      events += 1
      const shown = bits(read)
      if (event.type !== 'progress') expect(shown).toEqual(event.state().weights)
    }
    expect(events).toBeGreaterThan(4)
    for await (const event of train(unread, data, { ...options, validation })) void event
    expect(bits(unread)).toEqual(bits(read))
  })

  test('a read between events returns the weights of the previous event', async () => {
    const model = smallClassifier()
    const run = train(model, data, options)
    await run.next()
    const next = run.next()
    const before = bits(model)
    await next
    expect(bits(model)).not.toEqual(before)
    await run.return(undefined as never)
  })

  test('a read during steps returns the weights of the last push', async () => {
    const { plan, selection } = prepareRun(smallClassifier(), data, options)
    const executor = await selection.factory.create(plan)
    const before = bits(plan.model)
    executor.push()
    const { slots, weights } = executor.save()
    executor.load({ slots, weights: weights.map((values) => values.map((value) => value + 1)) })
    expect(bits(plan.model)).toEqual(before)
    executor.push()
    expect(bits(plan.model)).not.toEqual(before)
    executor.dispose()
  })

  test('a run that is left early keeps the weights of its last event', async () => {
    const [left, whole] = [smallClassifier(), smallClassifier()]
    for await (const event of train(left, data, options)) if (event.type === 'epoch') break
    for await (const event of train(whole, data, { ...options, epochs: 1 })) void event
    expect(bits(left)).toEqual(bits(whole))
  })

  test('reading does not change the state', async () => {
    const states = await Promise.all(
      [true, false].map(async (reads) => {
        const model = smallClassifier()
        for await (const event of train(model, data, options)) {
          if (reads) bits(model)
          if (event.type === 'done') return [event.state().weights, event.state().slots]
        }
      }),
    )
    expect(states[0]).toEqual(states[1])
  })
})
