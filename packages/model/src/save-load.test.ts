import '@tensorflow/tfjs-backend-cpu'
import { createHash } from 'node:crypto'
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memory, tensor } from '@tensorflow/tfjs-core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { loadModel, saveModel, weightsSha256, wideAndDeepClassifier } from './index.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'treadle-model-'))
})
afterEach(() => rm(folder, { recursive: true }))

test('a saved model comes back the same', async () => {
  const before = memory().numTensors
  const model = wideAndDeepClassifier({ seed: 3 })
  const { weightsSha256: hash } = await saveModel(model, join(folder, 'deep', 'model'), {
    metadata: { a: [1, 'b'] },
  })
  const bytes = await readFile(join(folder, 'deep', 'model', 'weights.bin'))
  expect(bytes.byteLength).toBe(4 * 18_290)
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(hash)
  expect(await weightsSha256(model)).toBe(hash)
  expect(await readdir(join(folder, 'deep', 'model'))).toEqual(['model.json', 'weights.bin'])
  for (const source of [join(folder, 'deep', 'model'), join(folder, 'deep', 'model', 'model.json')]) {
    const loaded = await loadModel(source, { expect: { inputShape: [28, 28], outputShape: [10] } })
    expect(await weightsSha256(loaded)).toBe(hash)
    expect(loaded.getUserDefinedMetadata()).toEqual({ a: [1, 'b'] })
    const input = tensor(
      Float32Array.from({ length: 2 * 784 }, (_, i) => (i % 255) / 255),
      [2, 28, 28],
    )
    const outputs = [model, loaded].map((one) => one.predict(input) as typeof input)
    expect(outputs[1]?.dataSync()).toEqual(outputs[0]?.dataSync())
    for (const one of [input, ...outputs]) one.dispose()
    loaded.dispose()
  }
  model.dispose()
  expect(memory().numTensors).toBe(before)
})
