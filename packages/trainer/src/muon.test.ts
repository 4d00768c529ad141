import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { startRuntime } from '@treadle/runtime'
import { afterEach, expect, test } from 'vitest'
import { fit, muon, type TrainOptions } from './index.ts'
import { drawWeights, smallImages } from './testing/small.ts'

afterEach(() => tf.disposeVariables())

/** Convolutions of several shapes and layouts, one with a regularizer, and a layer that is called twice. */
function network(): tfl.LayersModel {
  const input = tfl.input({ shape: [4, 5] })
  const maps = tfl.layers.reshape({ targetShape: [4, 5, 1] }).apply(input)
  let x = tfl.layers
    .conv2d({
      filters: 6,
      kernelSize: 3,
      padding: 'same',
      activation: 'relu',
      kernelRegularizer: tfl.regularizers.l2({ l2: 0.01 }),
    })
    .apply(maps) as tfl.SymbolicTensor
  const shared = tfl.layers.conv2d({ filters: 6, kernelSize: 3, padding: 'same', activation: 'relu' })
  x = shared.apply(shared.apply(x)) as tfl.SymbolicTensor
  x = tfl.layers.conv2d({ filters: 16, kernelSize: 1 }).apply(x) as tfl.SymbolicTensor
  x = tfl.layers.flatten().apply(x) as tfl.SymbolicTensor
  const y = tfl.layers.dense({ units: 3, activation: 'softmax' }).apply(x) as tfl.SymbolicTensor
  return drawWeights(tfl.model({ inputs: input, outputs: y }), 1)
}

test('kernels of convolutions as matrices: eager and compiled arrive at the same weights to 1e-3, and do not without', async () => {
  const runtime = await startRuntime({ threads: 2 })
  const trained = async (executor: TrainOptions['executor'] & string, convolutions: boolean) => {
    const model = network()
    const optimizer = muon({ learningRate: 0.02, convolutions, globalClipnorm: 1 })
    const options = { epochs: 1, batchSize: 16, seed: 1, runtime, executor, optimizer }
    const result = await fit(model, smallImages(32), options)
    expect(result.executor).toBe(executor)
    return model.weights.flatMap((weight) => [...weight.read().dataSync<'float32'>()])
  }
  const [compiled, eager, other] = [
    await trained('compiled', true),
    await trained('eager', true),
    await trained('compiled', false),
  ]
  const apart = (values: readonly number[]) =>
    Math.max(...values.map((value, i) => Math.abs(value - (compiled[i] as number))))
  expect(apart(eager)).toBeLessThan(1e-3)
  expect(apart(other)).toBeGreaterThan(0.01)
  await runtime.dispose()
})
