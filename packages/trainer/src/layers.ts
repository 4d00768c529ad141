import { TreadleError } from '@treadle/core'
import type { Layer } from '@treadle/compiler'
import type { LayerVariable } from '@tensorflow/tfjs-layers'

export { dropoutLayers, flatLayers, isModel, type Layer } from '@treadle/compiler'

/** A layer's weight by the end of its name: "dense_1/kernel" is 'kernel'. */
export function findWeight(layer: Layer, name: string): LayerVariable {
  const weight = layer.weights.find(
    ({ originalName }) => originalName.slice(originalName.lastIndexOf('/') + 1) === name,
  )
  if (!weight)
    throw new TreadleError(
      'TRAINER_UNSUPPORTED_MODEL',
      `layer \`${layer.name}\` has no weight named ${name}; build the model first.`,
    )
  return weight
}
