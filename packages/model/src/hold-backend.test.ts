import { activeRuntime, startRuntime } from '@treadle/runtime'
import { engine, getBackend, memory } from '@tensorflow/tfjs-core'
import { layers, sequential } from '@tensorflow/tfjs-layers'
import { expect, test } from 'vitest'
import { FakeDirectory } from '../test/fake-directory.ts'
import { Classifier, loadModel, weightsSha256, wideAndDeepClassifier } from './index.ts'

// No backend is imported here: what runs is what the package starts.
const folder = new FakeDirectory()
const uncompiled = new FakeDirectory()

/** Permute has no rule in the compiler. */
const permuted = () =>
  sequential({
    layers: [
      layers.permute({ dims: [2, 1], inputShape: [4, 3] }),
      layers.flatten(),
      layers.dense({ units: 2, activation: 'softmax' }),
    ],
  })

const image = { data: Uint8Array.from({ length: 35 * 40 }, (_, index) => index % 256), width: 35, height: 40 }

test('without a backend a network is refused, and the message says what to do', async () => {
  expect(getBackend()).toBeFalsy()
  for (const make of [() => wideAndDeepClassifier({ seed: 1 }), () => loadModel(folder)]) {
    await expect(async () => make()).rejects.toThrow(
      /needs a TensorFlow\.js backend, and none is ready\. Await `startRuntime\(\)` from @treadle\/runtime first/,
    )
  }
})

test('on the runtime the same seed gives the same bits, and the same probabilities after a reload', async () => {
  const runtime = await startRuntime()
  const tensors = memory().numTensors
  const model = wideAndDeepClassifier({ seed: 1 })
  expect(await weightsSha256(model)).toBe('7cc9ff6f3819bf3053546529f79eaece84a0582384df3214d80c7d197c6eba1c')
  const one = Classifier.from(model, { classNames: 'abcdefghij'.split('') })
  await one.save(folder)
  const other = await Classifier.load(folder, { runtime })
  const expected = await one.classify(image)
  expect(await other.classify(image)).toEqual(expected)
  await other.dispose()
  await one.dispose()
  model.dispose()
  expect(memory().numTensors).toBe(tensors)
  expect(activeRuntime()).toBe(runtime)
  await runtime.dispose()

  // Without any, it needs none.
  for (let turn = 0; turn < 2; turn++) {
    const alone = await Classifier.load(folder)
    expect(getBackend()).toBeFalsy()
    expect(await alone.classify(image)).toEqual(expected)
    await alone.dispose()
    expect(activeRuntime()).toBeUndefined()
  }
})

test('a load that fails ends the runtime it has started', async () => {
  await expect(Classifier.load(new FakeDirectory())).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' })
  expect(activeRuntime()).toBeUndefined()
})

test('a network that is not compiled starts a runtime with one thread, and ends it', async () => {
  const runtime = await startRuntime()
  const model = permuted()
  await Classifier.from(model, { classNames: ['a', 'b'] }).save(uncompiled)
  model.dispose()
  await runtime.dispose()
  const one = await Classifier.load(uncompiled)
  expect(activeRuntime()?.threads).toBe(1)
  const two = await Classifier.load(uncompiled)
  const expected = await one.classify(image)
  await one.dispose()
  expect(await two.classify(image)).toEqual(expected)
  expect(() => two.classifySync(image)).toThrow(/needs `classify`/)
  await two.dispose()
  expect(activeRuntime()).toBeUndefined()
  expect(engine().state.numTensors).toBe(0)
})

test('a backend that somebody has imported runs a network that is not compiled', async () => {
  await import('@tensorflow/tfjs-backend-cpu')
  const classifier = await Classifier.load(uncompiled)
  expect(getBackend()).toBe('cpu')
  expect(activeRuntime()).toBeUndefined()
  expect(await classifier.classify(image)).toHaveLength(2)
  await classifier.dispose()
})
