import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { type LabelledImages, type Samples } from '@treadle/core'
import { startRuntime, type Runtime } from '@treadle/runtime'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { evaluate, fit, sgd, type TrainOptions } from './index.ts'
import { held, images } from './testing/running.ts'
import { drawWeights, smallClassifier, weightBits } from './testing/small.ts'

let runtime: Runtime
beforeAll(async () => {
  runtime = await startRuntime({ threads: 1 })
})
afterAll(() => runtime.dispose())
afterEach(() => tf.disposeVariables())

/** One step over all images. */
async function once(options: TrainOptions) {
  const model = smallClassifier({ dropout: 0 })
  const { history } = await fit(model, images, { epochs: 1, batchSize: 90, ...options })
  return { bits: weightBits(model), loss: history.loss[0] as number, accuracy: history.accuracy?.[0] }
}

describe.each(['compiled', 'eager'] as const)(
  '%s executor: sample weights and regularization',
  (executor) => {
    const run = (options: TrainOptions) => once({ ...options, executor })

    test('samples of weight 0 do not change the weights', async () => {
      const spoilt: LabelledImages = {
        ...images,
        labels: images.labels.map((label, i) => (i % 3 === 0 ? (label + 1) % 3 : label)),
      }
      const sampleWeight = Float32Array.from({ length: 90 }, (_, i) => (i % 3 === 0 ? 0 : 1))
      const bits = async (data: Samples) => {
        const model = smallClassifier()
        await fit(model, data, { epochs: 2, sampleWeight, executor })
        return weightBits(model)
      }
      expect(await bits(spoilt)).toEqual(await bits(images))
    })

    test('class weights act as sample weights; the loss is divided by the number of samples, as in Keras', async () => {
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

    test('L1 and L2 add to training and validation loss and to the gradients', async () => {
      const regularized = smallClassifier({
        kernelRegularizer: tfl.regularizers.l1l2({ l1: 0.01, l2: 0.02 }),
        dropout: 0,
      })
      const plain = smallClassifier({ dropout: 0 })
      const kernel = plain.trainableWeights[0]?.read().dataSync<'float32'>() as Float32Array
      const penalty = kernel.reduce((sum, w) => sum + 0.01 * Math.abs(w) + 0.02 * w * w, 0)
      const options: TrainOptions = {
        epochs: 1,
        batchSize: 90,
        optimizer: sgd({ learningRate: 0.1 }),
        executor,
      }
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
          (without[i] as number) -
            0.1 * (0.01 * Math.sign(kernel[i] as number) + 0.04 * (kernel[i] as number)),
          6,
        ),
      )
    })

    test('the validation loss of the history has the penalty of the weights after that epoch', async () => {
      const model = smallClassifier({
        kernelRegularizer: tfl.regularizers.l1l2({ l1: 0.01, l2: 0.02 }),
        dropout: 0,
      })
      const options: TrainOptions = { epochs: 2, optimizer: sgd({ learningRate: 0.1 }), executor }
      const { history } = await fit(model, images, { ...options, validation: held })
      const plain = smallClassifier({ dropout: 0 })
      plain.setWeights(model.getWeights())
      const kernel = model.trainableWeights[0]?.read().dataSync<'float32'>() as Float32Array
      const penalty = kernel.reduce((sum, w) => sum + 0.01 * Math.abs(w) + 0.02 * w * w, 0)
      const { loss } = await evaluate(plain, held)
      expect((history.val_loss?.[1] as number) - loss).toBeCloseTo(penalty, 5)
    })

    test('layers that are not trainable do not change, moving averages included', async () => {
      const model = smallClassifier()
      const frozen = model.layers[2] as tfl.layers.Layer
      expect(frozen.getClassName()).toBe('BatchNormalization')
      frozen.trainable = false
      const before = frozen.getWeights().map((w) => [...w.dataSync()])
      await fit(model, images, { epochs: 1, executor })
      expect(frozen.getWeights().map((w) => [...w.dataSync()])).toEqual(before)
      expect(model.trainableWeights.length).toBe(4)
    })

    test.each(['clipnorm', 'globalClipnorm'] as const)(
      '%s: a step is no longer than the learning rate times the limit',
      async (limit) => {
        const model = smallClassifier({ dropout: 0 })
        const before = model.trainableWeights.map((weight) => weight.read().dataSync<'float32'>().slice())
        const optimizer = sgd({ learningRate: 1, [limit]: 1e-3 })
        await fit(model, images, { epochs: 1, batchSize: 90, optimizer, executor })
        const lengths = model.trainableWeights.map((weight, i) => {
          const after = weight.read().dataSync<'float32'>()
          return Math.hypot(...after.map((w, j) => w - (before[i]?.[j] as number)))
        })
        const found = limit === 'clipnorm' ? Math.max(...lengths) : Math.hypot(...lengths)
        expect(found).toBeGreaterThan(0.99e-3)
        expect(found).toBeLessThan(1.01e-3)
      },
    )
  },
)

test('a constraint holds after training', async () => {
  const layers = [
    tfl.layers.flatten({ inputShape: [4, 5] }),
    tfl.layers.dense({ units: 3, activation: 'softmax', kernelConstraint: tfl.constraints.nonNeg() }),
  ]
  const model = drawWeights(tfl.sequential({ layers }), 1)
  await fit(model, images, { epochs: 1 })
  expect(Math.min(...model.weights[0]!.read().dataSync())).toBeGreaterThanOrEqual(0)
})
