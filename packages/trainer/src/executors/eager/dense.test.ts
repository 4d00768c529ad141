import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import * as tfl from '@tensorflow/tfjs-layers'
import type { Table } from '@treadle/core'
import { beforeAll, expect, test } from 'vitest'
import { fit } from '../../fit.ts'
import { drawWeights } from '../../testing/small.ts'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

test('a dense layer accepts the output of another layer that only it uses', async () => {
  const input = tfl.input({ shape: [2] })
  const hidden = tfl.layers.dense({ units: 4, activation: 'relu' }).apply(input) as tfl.SymbolicTensor
  const joined = tfl.layers.concatenate().apply([input, hidden] as never) as tfl.SymbolicTensor
  const output = tfl.layers.dense({ units: 1 }).apply(joined) as tfl.SymbolicTensor
  const model = drawWeights(tfl.model({ inputs: input, outputs: output }), 1)
  const count = 16
  const features = Float32Array.from({ length: 2 * count }, (_, i) => (i % 7) / 7)
  const targets = Float32Array.from({ length: count }, (_, i) => (features[2 * i] as number) + 1)
  const data: Table = { kind: 'table', features, targets, count, width: 2, outputs: 1 }
  const before = tf.memory().numTensors
  const { history } = await fit(model, data, { epochs: 20, batchSize: 8, seed: 1 })
  expect(history.loss[19]).toBeLessThan(history.loss[0] as number)
  expect(tf.memory().numTensors).toBe(before)
  model.dispose()
})
