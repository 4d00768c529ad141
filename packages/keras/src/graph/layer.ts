import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-layers'

import { completed } from '../dialects/rewrite-layers.ts'

export type Layer = SymbolicTensor['sourceLayer']

/** Whether a layer is a model that is used as a layer. */
export function isModel(layer: Layer): layer is LayersModel {
  return 'layers' in layer && 'outputs' in layer
}

/** The layers of a model in `model.layers` order. The layers of a nested model take its position. */
export function flatLayers(model: LayersModel): Layer[] {
  return model.layers.flatMap((layer) => (isModel(layer) ? flatLayers(layer) : [layer]))
}

/** Whether a layer is of a class of @treadle/keras/extensions that does what a class of tfjs leaves out. */
export function isCompletion(layer: Layer): boolean {
  return (layer.constructor as { className?: string }).className === completed(layer.getClassName())
}
