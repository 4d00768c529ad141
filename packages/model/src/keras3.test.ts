import '@tensorflow/tfjs-backend-cpu'
import { memory, tensor } from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import functional from '../test/fixtures/keras3/functional/sample.json' with { type: 'json' }
import inSequence from '../test/fixtures/keras3/sequential/sample.json' with { type: 'json' }
import { loadModel } from './index.ts'

// scripts/keras3-fixtures.py
const fixture = (name: string) => new URL(`../test/fixtures/keras3/${name}/model.json`, import.meta.url)

test.each([
  ['functional', functional],
  ['sequential', inSequence],
])('a %s network of Keras 3 predicts what it predicts there, within 1e-5', async (name, sample) => {
  const before = memory().numTensors
  const model = await loadModel(fixture(name))
  const input = tensor(sample.input, sample.shape)
  const output = model.predict(input) as Tensor
  const found = [...output.dataSync()]
  expect(found).toHaveLength(sample.output.length)
  found.forEach((value, index) =>
    expect(Math.abs(value - (sample.output[index] as number))).toBeLessThan(1e-5),
  )
  for (const one of [input, output, model]) one.dispose()
  expect(memory().numTensors).toBe(before)
})

test('a network that Keras 2’s form cannot hold is refused', async () => {
  await expect(loadModel(fixture('attention'))).rejects.toThrow(
    /Keras 3 calls its layer `multi_head_attention` with arguments that TensorFlow\.js has no place for/,
  )
})
