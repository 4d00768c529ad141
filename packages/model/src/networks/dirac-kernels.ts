import { tensor, tidy } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { findWeight, type Layer } from '@treadle/keras'

/**
 * Makes every convolution but the first pass its inputs on (Dirac initialization, Zagoruyko and Komodakis, 2017): of
 * n input channels and m filters, filter i < min(n, m) is 1 at the middle of channel i and 0 elsewhere. The other filters
 * keep their random values.
 *
 * The configuration of a layer keeps the initializer of the random values: Keras has none for this, and could not load a
 * model that names one.
 */
export function setDiracKernels(model: LayersModel): void {
  const [, ...later] = model.layers.filter((layer) => layer.getClassName() === 'Conv2D')
  tidy(() => {
    for (const layer of later) setDirac(layer)
  })
}

function setDirac(layer: Layer): void {
  const kernel = findWeight(layer, 'kernel')
  const shape = kernel.shape as [height: number, width: number, inputs: number, filters: number]
  const values = kernel.read().dataSync<'float32'>().slice()
  const [height, width, inputs, filters] = shape
  const [middle, passing] = [middleOf(height) * width + middleOf(width), Math.min(inputs, filters)]
  for (let row = 0; row < height * width * inputs; row++) {
    values.fill(0, row * filters, row * filters + passing)
    const channel = row - middle * inputs
    if (channel >= 0 && channel < passing) values[row * filters + channel] = 1
  }
  kernel.write(tensor(values, shape))
}

/** Of a window of 'same' padding: where it covers its own pixel. */
const middleOf = (size: number) => Math.floor((size - 1) / 2)
