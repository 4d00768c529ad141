import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { loadModel } from '@treadle/model'
import { expect, test } from 'vitest'
import { exportModel, formats } from './index.ts'

test('an unknown format is an error with the nearest name', async () => {
  const model = tfl.sequential({ layers: [tfl.layers.dense({ units: 1, inputShape: [1] })] })
  await expect(exportModel(model, 'tfsj')).rejects.toMatchObject({
    code: 'EXPORT_UNKNOWN_FORMAT',
    message: expect.stringMatching(/\(=tfsj\) must be one of .*\. Did you mean tfjs\?$/),
  })
})

test('each format has its own name and says what it is', () => {
  expect(new Set(formats.map(({ name }) => name)).size).toBe(formats.length)
  for (const { description } of formats) expect(description).toMatch(/^[a-z].*[^.]$/)
})

test('tfjs: the files load to a model with the same predictions and metadata', async () => {
  const model = tfl.sequential({ layers: [tfl.layers.dense({ units: 2, inputShape: [3] })] })
  const metadata = { classNames: ['cat', 'dog'] }
  const files = await exportModel(model, 'tfjs', { metadata })
  expect(Object.keys(files)).toEqual(['weights.bin', 'model.json'])
  const blobs = Object.entries(files).map(([name, bytes]) => [name, new Blob([bytes as BlobPart])])
  const loaded = await loadModel(Object.fromEntries(blobs) as Record<string, Blob>)
  const x = tf.tensor2d([[1, 2, 3]])
  const [expected, found] = [model, loaded].map((one) => (one.predict(x) as tf.Tensor).dataSync())
  expect(found).toEqual(expected)
  expect(loaded.getUserDefinedMetadata()).toEqual(metadata)
})
