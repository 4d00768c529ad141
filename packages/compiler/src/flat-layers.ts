import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-layers'

export type Layer = SymbolicTensor['sourceLayer']

/** A model used as a layer. */
export function isModel(layer: Layer): layer is LayersModel {
  return 'layers' in layer && 'outputs' in layer
}

/** The model's layers in `model.layers` order, with nested models replaced by their layers in place. */
export function flatLayers(model: LayersModel): Layer[] {
  return model.layers.flatMap((layer) => (isModel(layer) ? flatLayers(layer) : [layer]))
}

/** The layers that draw a mask while training, in the order that numbers their streams. */
export function dropoutLayers(model: LayersModel): Layer[] {
  return flatLayers(model).filter((layer) => ['Dropout', 'SpatialDropout1D'].includes(layer.getClassName()))
}
