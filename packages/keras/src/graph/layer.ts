import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-layers'

export type Layer = SymbolicTensor['sourceLayer']

/** Whether a layer is a model that is used as a layer. */
export function isModel(layer: Layer): layer is LayersModel {
  return 'layers' in layer && 'outputs' in layer
}

/** The layers of a model in `model.layers` order. The layers of a nested model take its position. */
export function flatLayers(model: LayersModel): Layer[] {
  return model.layers.flatMap((layer) => (isModel(layer) ? flatLayers(layer) : [layer]))
}
