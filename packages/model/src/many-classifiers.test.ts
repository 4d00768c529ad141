import '@tensorflow/tfjs-backend-cpu'
import { fc, test as property } from '@fast-check/vitest'
import { memory } from '@tensorflow/tfjs-core'
import { activeRuntime, startRuntime } from '@treadle/runtime'
import { beforeAll, expect, test } from 'vitest'
import { FakeDirectory } from '../test/fake-directory.ts'
import { Classifier, wideAndDeepClassifier, type Prediction } from './index.ts'

const folder = new FakeDirectory()
const image = { data: Uint8Array.from({ length: 784 }, (_, i) => (i * 7) % 256), width: 28, height: 28 }
let expected: Prediction[]
let tensors: number

beforeAll(async () => {
  const model = wideAndDeepClassifier({ seed: 1 })
  const classifier = Classifier.from(model, { classNames: 'abcdefghij'.split('') })
  expected = await classifier.classify(image)
  await classifier.save(folder)
  await classifier.dispose()
  model.dispose()
  tensors = memory().numTensors
})

/** Loads, uses and disposes classifiers and a runtime in any order. */
const steps = fc.array(
  fc.record({
    kind: fc.constantFrom('load', 'load on two threads', 'start', 'end', 'dispose', 'classify'),
    which: fc.nat(),
  }),
  { minLength: 3, maxLength: 15 },
)

property.prop([steps], { numRuns: 25 })(
  'any number of classifiers, loaded and disposed in any order beside a runtime',
  async (drawn) => {
    const classifiers: Classifier[] = []
    const runtimes: Awaited<ReturnType<typeof startRuntime>>[] = []
    for (const { kind, which } of drawn) {
      if (kind === 'load') classifiers.push(await Classifier.load(folder))
      else if (kind === 'load on two threads') classifiers.push(await Classifier.load(folder, { threads: 2 }))
      else if (kind === 'start') runtimes.push(await startRuntime({ threads: 1 }))
      // Once more than it was started: that ends no classifier.
      else if (kind === 'end')
        await runtimes
          .pop()
          ?.dispose()
          .then(() => runtimes[0]?.dispose())
      else if (kind === 'dispose')
        await classifiers.splice(which % (classifiers.length || 1), 1)[0]?.dispose()
      else
        expect(await classifiers[which % (classifiers.length || 1)]?.classify(image)).toBeOneOf([
          expected,
          undefined,
        ])
    }
    const runtime = await startRuntime()
    for (const classifier of classifiers) {
      expect(await classifier.classify(image)).toEqual(expected)
      expect(classifier.classifySync(image)).toEqual(expected)
      await classifier.dispose()
    }
    while (activeRuntime()) await runtime.dispose()
    expect(memory().numTensors).toBe(tensors)
  },
)

test('a classifier keeps the runtime that it runs on', async () => {
  const runtime = await startRuntime({ threads: 1 })
  const classifier = await Classifier.load(folder)
  await runtime.dispose()
  await runtime.dispose()
  expect(activeRuntime()).toBe(runtime)
  expect(await classifier.classify(image)).toEqual(expected)
  await classifier.dispose()
  expect(activeRuntime()).toBeUndefined()
  await expect(Classifier.load(folder, { runtime })).rejects.toMatchObject({ code: 'RUNTIME_DISPOSED' })
})

test('`await using` disposes a classifier and a runtime', async () => {
  let kept: Classifier
  {
    await using runtime = await startRuntime({ threads: 1 })
    await using classifier = await Classifier.load(folder, { runtime })
    kept = classifier
    expect(await classifier.classify(image)).toEqual(expected)
  }
  expect(activeRuntime()).toBeUndefined()
  await expect(kept.classify(image)).rejects.toMatchObject({ code: 'MODEL_DISPOSED' })
})

test('the best classes, by their index too', async () => {
  await using classifier = await Classifier.load(folder)
  const best = await classifier.classify(image, { topK: 3 })
  expect(best).toEqual(expected.slice(0, 3))
  expect(best.map(({ classIndex }) => classifier.classNames[classIndex])).toEqual(
    best.map(({ className }) => className),
  )
  expect(await classifier.classify([image, image], { topK: 1 })).toEqual([[expected[0]], [expected[0]]])
  for (const topK of [0, 1.5, -1, Number.NaN, '2' as never])
    await expect(classifier.classify(image, { topK })).rejects.toMatchObject({ code: 'MODEL_BAD_OPTION' })
})

test('a list with a bad image says which', async () => {
  await using classifier = await Classifier.load(folder)
  const list = [image, image, new Uint8Array(3), image]
  await expect(classifier.classify(list)).rejects.toMatchObject({
    code: 'MODEL_BAD_IMAGE',
    index: 2,
    message: expect.stringMatching(/^Image 2 of the list of 4 \(counted from 0\): Reading the image: /),
  })
})

test('a signal stops a list', async () => {
  await using classifier = await Classifier.load(folder)
  const reason = new Error('enough')
  await expect(classifier.classify([image], { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
  const controller = new AbortController()
  const slow = { arrayBuffer: async () => (controller.abort(reason), new ArrayBuffer(8)) } as Blob
  await expect(
    classifier.classify([image, slow, image], { signal: controller.signal }),
  ).rejects.toMatchObject({
    message: expect.stringMatching(/enough|Image 1/),
  })
})

test('without a promise: pixels of any size, and prepared ones', async () => {
  await using classifier = await Classifier.load(folder)
  const large = { data: Uint8Array.from({ length: 60 * 50 }, (_, i) => i % 256), width: 60, height: 50 }
  const [answer] = await classifier.classify([large])
  expect(classifier.classifySync(large)).toEqual(answer)
  expect(classifier.classifySync(await classifier.prepare(large))).toEqual(answer)
  expect(() => classifier.classifySync(new Float32Array(5))).toThrow(/5 values are not a prepared image/)
  expect(() => classifier.classifySync('x' as never)).toThrow(/not pixels/)
})

test('an option that does not exist is an error', async () => {
  await expect(Classifier.load(folder, { thread: 2 } as never)).rejects.toThrow(/Did you mean `threads`/)
})
