import { TreadleError } from '@treadle/core'
import { type Layer, inputTensorsOf, tensorsOf } from '@treadle/keras'
import type { LayersModel } from '@tensorflow/tfjs-layers'

/** What may come before: layers that leave the pixels of an image as they are, at least outside of training. */
const PASSING = /^(InputLayer|Reshape|Dropout|SpatialDropout2D|GaussianNoise|GaussianDropout|Random\w+)$/

/**
 * The convolution that takes the images.
 * @throws TreadleError `MODEL_NOT_WHITENED`
 */
export function firstConvolution(model: LayersModel): Layer {
  const convolution = tensorsOf(model.outputs).find(
    ({ sourceLayer }) => sourceLayer.getClassName() === 'Conv2D',
  )
  if (convolution === undefined)
    throw notWhitened(model, 'it has no Conv2D layer. Take a network of convolutions, such as cnn.')
  for (let tensors = inputTensorsOf(convolution); tensors.length > 0;) {
    const [{ sourceLayer }] = tensors as [(typeof tensors)[number]]
    if (!PASSING.test(sourceLayer.getClassName()))
      throw notWhitened(
        model,
        `its first convolution \`${convolution.sourceLayer.name}\` takes what the layer \`${sourceLayer.name}\` makes of the images, not the images. Take a network that begins with a convolution.`,
      )
    tensors = inputTensorsOf(tensors[0] as (typeof tensors)[number])
  }
  return convolution.sourceLayer
}

export const notWhitened = ({ name }: LayersModel, problem: string) =>
  new TreadleError('MODEL_NOT_WHITENED', `Whitening the first layer of \`${name}\`: ${problem}`)
