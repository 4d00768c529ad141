import '@tensorflow/tfjs-backend-cpu'
import { conv2d, randomUniform, slice, tidy, type Rank, type Tensor4D } from '@tensorflow/tfjs-core'
import { findWeight } from '@treadle/keras'
import { describe, expect, test } from 'vitest'
import { models } from '../models/index.ts'

const build = (name: string, kernelInitializer: string, width = 4) =>
  models.get(name)!.build({ seed: 1, inputShape: [16, 16, 3], outputs: 3, width, kernelInitializer })

const firstChannels = (images: Tensor4D, channels: number) => slice(images, 0, [2, 6, 6, channels])

describe.each(['cnn', 'resnet'])('%s', (name) => {
  test('each convolution but the first passes its inputs on, and has no other configuration', async () => {
    const [dirac, random] = [await build(name, 'dirac'), await build(name, 'heNormal')]
    expect(dirac.toJSON(undefined, false)).toEqual(random.toJSON(undefined, false))
    const [first, ...later] = dirac.layers.filter((layer) => layer.getClassName() === 'Conv2D')
    const valuesOf = (layer: { name: string }, of = dirac) =>
      findWeight(of.getLayer(layer.name), 'kernel').read().dataSync()
    expect(valuesOf(first!)).toEqual(valuesOf(first!, random))
    for (const layer of later) {
      tidy(() => {
        const kernel = findWeight(layer, 'kernel').read() as Tensor4D
        const [height, width, inputs, filters] = kernel.shape
        const images = randomUniform<Rank.R4>([2, 6, 6, inputs], -1, 1, 'float32', 7)
        const passed = Math.min(inputs, filters)
        const outputs = firstChannels(conv2d(images, kernel, 1, 'same'), passed)
        expect(outputs.dataSync()).toEqual(firstChannels(images, passed).dataSync())
        const others = (of: typeof dirac) =>
          slice(
            findWeight(of.getLayer(layer.name), 'kernel').read(),
            [0, 0, 0, passed],
            [height, width, inputs, filters - passed],
          ).dataSync()
        if (filters > inputs) expect(others(dirac)).toEqual(others(random))
      })
    }
    dirac.dispose()
    random.dispose()
  })
})

test('an initializer that is not known is refused', async () => {
  await expect(build('cnn', 'identity')).rejects.toThrow()
})
