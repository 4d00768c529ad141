import type { LayersModel } from '@tensorflow/tfjs-layers'
import { flatLayers, type Layer } from './layer.ts'

const classNames = [
  'AlphaDropout',
  'Dropout',
  'GaussianDropout',
  'GaussianNoise',
  'SpatialDropout1D',
  'SpatialDropout2D',
]

/** The layers that draw a mask or noise in training. The index of a layer in this list is the number of its random stream. */
export function dropoutLayers(model: LayersModel): Layer[] {
  return flatLayers(model).filter((layer) => classNames.includes(layer.getClassName()))
}
