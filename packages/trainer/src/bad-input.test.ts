import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { type LabelledImages } from '@treadle/core'
import { startRuntime, type Runtime } from '@treadle/runtime'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { TrainEvent } from './events.ts'
import { adamW, fit, sgd, train } from './index.ts'
import { dataset, images, refusal } from './testing/running.ts'
import { smallClassifier, smallImages, smallRegressor, smallTable } from './testing/small.ts'

let runtime: Runtime
beforeAll(async () => {
  runtime = await startRuntime({ threads: 1 })
})
afterAll(() => runtime.dispose())
afterEach(() => tf.disposeVariables())

/** The test images with invalid fields. */
function bad(part: Partial<LabelledImages>): LabelledImages {
  return { ...images, ...part }
}

function twoOutputs(): tfl.LayersModel {
  const input = tfl.input({ shape: [4, 5] })
  const flat = tfl.layers.flatten().apply(input)
  const outputs = [1, 2].map((units) => tfl.layers.dense({ units }).apply(flat) as tfl.SymbolicTensor)
  return tfl.model({ inputs: input, outputs })
}

function untrainable(): tfl.LayersModel {
  const model = smallClassifier()
  for (const layer of model.layers) layer.trainable = false
  return model
}

describe('bad input is an error before the first step', () => {
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
    [
      'empty data',
      () => train(smallClassifier(), smallImages(0), {}),
      'TRAINER_BAD_DATA',
      /at least one sample/,
    ],
    [
      'a wrong count',
      () => train(smallClassifier(), bad({ count: 91 }), {}),
      'TRAINER_BAD_DATA',
      /`images` holds 1800 values, but 91 samples need 1820/,
    ],
    [
      'floats instead of bytes',
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
      /label 3 of sample 7/,
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
      /sample 0 must be finite, not NaN/,
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
      /validation data: must have at least one sample/,
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
    ...['0.5', 1n, Symbol('half'), null].map((split): [string, () => unknown, string, RegExp] => [
      'a split that is no number',
      () => train(smallClassifier(), images, { validation: { split: split as never } }),
      'CORE_BAD_OPTION',
      /^train: validation: `split` \(=.*\) must be a number/,
    ]),
    [
      'a split with another option',
      () => train(smallClassifier(), images, { validation: { split: 0.5, shuffle: true } as never }),
      'CORE_UNKNOWN_OPTION',
      /^train: validation: there is no option `shuffle`/,
    ],
    [
      'a wrong number of weights',
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
      () => train(smallClassifier(), images, { loss: 'cosineDistance' as never }),
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
      'logits without fromLogits',
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
      'an unknown metric to monitor',
      () => train(smallClassifier(), images, { earlyStopping: {} }),
      'TRAINER_BAD_OPTION',
      /no metric 'val_loss'/,
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
      'a misspelt option',
      () => train(smallClassifier(), images, { epoch: 3 } as never),
      'CORE_UNKNOWN_OPTION',
      /`epoch`. Did you mean `epochs`/,
    ],
    [
      'an option of earlier versions',
      () => train(smallClassifier(), images, { schedule: null } as never),
      'CORE_UNKNOWN_OPTION',
      /`schedule`. Put it into the optimizer: adam/,
    ],
    [
      'an option of Keras',
      () => fit(smallClassifier(), images, { validationSplit: 0.1 } as never),
      'CORE_UNKNOWN_OPTION',
      /Use `validation: \{ split: 0.1 \}`/,
    ],
    [
      'no optimizer',
      () => train(smallClassifier(), images, { optimizer: null as never }),
      'TRAINER_BAD_OPTIMIZER',
      /\(=null\) must be one of adam/,
    ],
    [
      'an exclusion without a match',
      () => train(smallClassifier(), images, { optimizer: adamW({ excludeFromWeightDecay: ['biass'] }) }),
      'TRAINER_BAD_OPTIMIZER',
      /Did you mean 'bias'/,
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
  test('ends the run with its position, and restores the weights from before the epoch', async () => {
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
