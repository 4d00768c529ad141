import type { LayerVariable } from '@tensorflow/tfjs-layers'
import type { Layer } from './flat-layers.ts'
import { UnsupportedModelError } from './errors.ts'

/** A layer's weight by the end of its name: "dense_1/kernel" is 'kernel'. */
export function findWeight(layer: Layer, name: string): LayerVariable {
  const weight = layer.weights.find(
    ({ originalName }) => originalName.slice(originalName.lastIndexOf('/') + 1) === name,
  )
  if (!weight)
    throw new UnsupportedModelError(`it has no weight named ${name}; build the model first`, layer.name)
  return weight
}
