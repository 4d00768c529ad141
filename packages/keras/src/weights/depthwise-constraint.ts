import type { serialization } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { flatLayers, type Layer } from '../graph/layer.ts'

const corrected = new WeakSet<Layer>()

/**
 * Corrects the configuration of a DepthwiseConv2D layer; other layers stay as they are. tfjs-layers 4.22 writes the
 * regularizer of the kernel as its constraint, so that `readGraph` and saved models would lose the constraint.
 */
export function correctDepthwiseConstraint(layer: Layer): void {
  if (layer.getClassName() !== 'DepthwiseConv2D' || corrected.has(layer)) return
  corrected.add(layer)
  const getConfig = layer.getConfig.bind(layer)
  layer.getConfig = () => {
    const { depthwiseConstraint: own } = layer as { depthwiseConstraint?: serialization.Serializable | null }
    const depthwiseConstraint = own ? { className: own.getClassName(), config: own.getConfig() } : null
    return { ...getConfig(), depthwiseConstraint }
  }
}

/** Corrects the configuration of each DepthwiseConv2D layer of a model before it is saved. */
export function correctDepthwiseConstraints(model: LayersModel): void {
  for (const layer of flatLayers(model)) correctDepthwiseConstraint(layer)
}
