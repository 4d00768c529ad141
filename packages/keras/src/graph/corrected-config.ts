import type { serialization } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { flatLayers, type Layer } from './layer.ts'

type Config = ReturnType<Layer['getConfig']>

/** What tfjs-layers 4.22 leaves out of a layer's configuration, or writes wrongly, by class. */
const corrections: Readonly<Record<string, (layer: Layer) => Config>> = {
  AlphaDropout(layer) {
    const { noiseShape } = layer as { noiseShape?: number[] | null }
    return noiseShape ? { noiseShape } : {}
  },
  // tfjs writes the regularizer of the kernel as its constraint.
  DepthwiseConv2D(layer) {
    const { depthwiseConstraint: own } = layer as { depthwiseConstraint?: serialization.Serializable | null }
    return { depthwiseConstraint: own ? { className: own.getClassName(), config: own.getConfig() } : null }
  },
}

const corrected = new WeakSet<Layer>()

/**
 * Corrects what `getConfig` of a layer, and of the layer in a wrapper such as TimeDistributed, gives: `readGraph` and saved
 * models would lose settings.
 */
export function correctConfig(layer: Layer): void {
  const { layer: inner } = layer as { layer?: Layer }
  if (inner) correctConfig(inner)
  const correction = corrections[layer.getClassName()]
  if (!correction || corrected.has(layer)) return
  corrected.add(layer)
  const getConfig = layer.getConfig.bind(layer)
  layer.getConfig = () => ({ ...getConfig(), ...correction(layer) })
}

/** Corrects the configurations of a model's layers before it is saved. */
export function correctConfigs(model: LayersModel): void {
  for (const layer of flatLayers(model)) correctConfig(layer)
}
