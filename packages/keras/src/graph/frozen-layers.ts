import type { LayersModel } from '@tensorflow/tfjs-layers'
import { isModel, type Layer } from './layer.ts'

/**
 * The layers that do not train: `trainable` is false on the layer itself or on a model that contains it, at any
 * depth. tfjs marks the weights of a frozen model only; Keras freezes the layers too, which decides whether a
 * BatchNormalization uses its moving averages.
 */
export function frozenLayers(model: LayersModel): ReadonlySet<Layer> {
  const frozen = new Set<Layer>()
  const visit = (container: LayersModel, within: boolean): void => {
    for (const layer of container.layers) {
      const stopped = within || !layer.trainable
      if (isModel(layer)) visit(layer, stopped)
      else if (stopped) frozen.add(layer)
    }
  }
  visit(model, !model.trainable)
  return frozen
}
