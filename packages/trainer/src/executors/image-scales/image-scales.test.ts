import { engine, memory } from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { resize } from '@treadle/image'
import { type Runtime, startRuntime } from '@treadle/runtime'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cutmix, flip, shift } from '../../augmentation/index.ts'
import { fit } from '../../fit.ts'
import { drawWeights, smallClassifier, smallImages, smallTable, weightBits } from '../../testing/small.ts'
import type { TrainingState } from '../../state/state.ts'
import { train } from '../../train.ts'

let runtime: Runtime
beforeAll(async () => {
  runtime = await startRuntime({ threads: 2 })
})
afterAll(() => runtime.dispose())

const data = smallImages(40)

/** Images of 4 × 5 pixels, whose means are what the dense layer reads. */
function network(shape: [number, number, number] = [4, 5, 1]): tfl.LayersModel {
  const input = tfl.input({ shape })
  let x = tfl.layers.conv2d({ filters: 4, kernelSize: 3, padding: 'same', useBias: false }).apply(input)
  x = tfl.layers.batchNormalization({ momentum: 0.9 }).apply(x)
  x = tfl.layers.dropout({ rate: 0.2 }).apply(x)
  x = tfl.layers.globalAveragePooling2d({}).apply(x)
  x = tfl.layers.dense({ units: 3, activation: 'softmax' }).apply(x)
  return drawWeights(tfl.model({ inputs: input, outputs: x as tfl.SymbolicTensor }), 1)
}

const options = { epochs: 3, batchSize: 7, seed: 3, imageScales: [0.5, 0.75], validation: smallImages(9, 1) }

describe.each(['compiled', 'eager'] as const)('%s', (executor) => {
  test('an epoch at a smaller size is an epoch of a network of that size on resized images', async () => {
    const [model, small] = [network(), network([2, 3, 1])]
    const images = new Uint8Array(40 * 6)
    for (let i = 0; i < 40; i++) {
      const picture = {
        height: 4,
        width: 5,
        channels: 1 as const,
        data: data.images.subarray(i * 20, i * 20 + 20),
      }
      images.set(resize(picture, { height: 2, width: 3 }).data, i * 6)
    }
    const half = { ...data, images, height: 2, width: 3 }
    const one = { ...options, epochs: 1, executor }
    const { history } = await fit(model, data, one)
    const { imageScales: _, validation: __, ...plain } = one
    const expected = await fit(small, half, plain)
    expect(history.loss).toEqual(expected.history.loss)
    expect(weightBits(model)).toEqual(weightBits(small))
  })

  test.each([[[]], [[flip(), shift(1)]], [[cutmix(1)]]])(
    'a run with augmentation %j continues from any phase to the same bits',
    async (augmentation) => {
      const whole = network()
      await fit(whole, data, { ...options, augmentation, executor })
      for (const stop of [1, 8, 14]) {
        const [model, controller] = [network(), new AbortController()]
        let steps = 0
        let state: (() => TrainingState) | undefined
        for await (const event of train(model, data, {
          ...options,
          augmentation,
          executor,
          signal: controller.signal,
        })) {
          if (event.type === 'progress' && (steps = event.epoch * event.steps + event.step) >= stop)
            controller.abort()
          if (event.type === 'done') state = () => event.state()
        }
        expect(steps).toBeGreaterThanOrEqual(stop)
        const resumed = network()
        resumed.setWeights(model.getWeights())
        await fit(resumed, data, { ...options, augmentation, executor, resume: state!() })
        expect(weightBits(resumed)).toEqual(weightBits(whole))
      }
    },
  )
})

test('both executors train alike, and leave nothing', async () => {
  const before = { ...memory(), variables: Object.keys(engine().state.registeredVariables).length }
  const histories = []
  for (const executor of ['compiled', 'eager'] as const) {
    const model = network()
    histories.push((await fit(model, data, { ...options, executor })).history)
    model.dispose()
  }
  const [compiled, eager] = histories as [(typeof histories)[0], (typeof histories)[0]]
  compiled.val_loss?.forEach((loss, i) => expect(loss).toBeCloseTo(eager.val_loss?.[i] as number, 4))
  expect(Object.keys(engine().state.registeredVariables).length).toBe(before.variables)
  expect(memory().numTensors).toBe(before.numTensors)
})

test('images that are read from a file in parts give the same bits', async () => {
  const [plain, stored] = [network(), network()]
  await fit(plain, data, options)
  const gather = async (indices: Uint32Array) =>
    Uint8Array.from([...indices].flatMap((i) => [...data.images.subarray(i * 20, i * 20 + 20)]))
  const file = { count: 40, size: 20, memory: 900, gather }
  await fit(stored, { ...data, images: new Uint8Array(0), stored: file as never }, options)
  expect(weightBits(stored)).toEqual(weightBits(plain))
})

test('a state of other scales is refused', async () => {
  const model = network()
  const result = await fit(model, data, { ...options, epochs: 1 })
  expect(() => train(model, data, { ...options, imageScales: [0.5], resume: result.state() })).toThrow(
    /started with image scales 0.5,0.75, but now it is 0.5/,
  )
})

test.each([
  [
    smallClassifier,
    { imageScales: [0.5] },
    /weight `dense_\w+\/kernel` depends on the size .* \[5, 6\] for 4 × 5 pixels, but \[3, 6\] for 2 × 3/,
  ],
  [network, { imageScales: [0.5, 0] }, /must be a list of numbers above 0/],
  [network, { imageScales: 0.5 }, /must be a list of numbers above 0/],
  [network, { imageScales: [0.5], cacheFeatures: true }, /cannot be combined with `cacheFeatures`/],
])('%# is refused before training', (build, given, message) => {
  const model = build()
  const { numTensors } = memory()
  expect(() => train(model, data, { epochs: 1, ...given } as never)).toThrow(message)
  expect(memory().numTensors).toBe(numTensors)
})

test('a table is refused', () => {
  const model = tfl.sequential({ layers: [tfl.layers.dense({ units: 2, inputShape: [3] })] })
  expect(() => train(model, smallTable(4), { imageScales: [0.5] })).toThrow(/is for images/)
})
