import { type ImageDataset, type LabelledImages, RandomStream } from '@treadle/core'
import { holdOutFold } from '@treadle/dataset'
import { findWeight } from '@treadle/keras'
import { models, whitenFirstLayer } from '@treadle/model'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { expect, test } from 'vitest'
import { resumeRun, runRecipe } from '../index.ts'

const training = { epochs: 2, batchSize: 16, threads: 1 as const, whitening: 0.001 }
const recipe = {
  model: { name: 'cnn-tiny', width: 4, depth: 1 },
  data: { fold: '1/2' },
  training,
  optimizer: 'adam' as const,
}

const part = (count: number, stream: number): LabelledImages => {
  const numbers = new RandomStream(1, 1, { stream })
  const images = Uint8Array.from({ length: count * 64 }, (_, i) => numbers.at(i) >>> 24)
  const labels = Int32Array.from({ length: count }, (_, i) => i % 2)
  return { kind: 'images', images, labels, count, height: 8, width: 8, channels: 1 }
}
const data: ImageDataset = {
  name: 'random',
  train: part(80, 0),
  test: part(10, 1),
  classNames: ['a', 'b'],
  source: { kind: 'memory', sha256: {} },
}

const kernelOf = (of: LayersModel) => findWeight(of.getLayer('conv_1_1'), 'kernel').read().dataSync()

test('the first layer is whitened by the samples of training alone, frozen, and the same after a resume', async () => {
  const options = { data, reports: [] }
  const first = await runRecipe({ ...recipe, training: { ...training, epochs: 1 } }, options)
  const resumed = await resumeRun(first.run.store, { epochs: 2, threads: 2 }, options)
  const { run, model, runtime } = await runRecipe(recipe, { ...options, keepModel: true })
  expect(resumed.run.record.weightsSha256).toBe(run.record.weightsSha256)

  const other = await models
    .get('cnn-tiny')!
    .build({ width: 4, depth: 1, seed: 1, inputShape: [8, 8], outputs: 2 })
  const { train } = holdOutFold(data.train, { fold: 1, folds: 2, seed: 1 })
  await whitenFirstLayer(other, train, { seed: 1, epsilon: 0.001 })
  expect(kernelOf(model as LayersModel)).toEqual(kernelOf(other))
  const eager = await runRecipe(
    { ...recipe, training: { ...training, epochs: 1, executor: 'eager' } },
    { ...options, keepModel: true },
  )
  expect(eager.run.record.executor).toBe('eager')
  expect(kernelOf(eager.model as LayersModel)).toEqual(kernelOf(other))
  await whitenFirstLayer(other, data.train, { seed: 1, epsilon: 0.001 })
  expect(kernelOf(model as LayersModel)).not.toEqual(kernelOf(other))
  other.dispose()
  for (const one of [{ model, runtime }, eager]) {
    one.model?.dispose()
    await one.runtime?.dispose()
  }
})

test('a network without a convolution is refused by name', async () => {
  await expect(runRecipe({ ...recipe, model: 'mlp' }, { data })).rejects.toMatchObject({
    code: 'MODEL_NOT_WHITENED',
    message: expect.stringContaining('`mlp`: it has no Conv2D layer') as string,
  })
})
