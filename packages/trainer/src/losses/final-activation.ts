import type { LayersModel } from '@tensorflow/tfjs-layers'
import { isModel, type Layer } from '../layers.ts'
import type { HeadActivation } from './head.ts'

/** The layer that gives the model's output, looked for inside nested models. */
function lastLayer(model: LayersModel): Layer | undefined {
  const layer = model.outputs[0]?.sourceLayer
  return layer && isModel(layer) ? lastLayer(layer) : layer
}

/** True where `layer` does nothing but apply the head's activation, so that its input is the logits. */
export function isActivationLayer(layer: Layer): boolean {
  return headActivation(layer) !== 'linear' && layer.getClassName() !== 'Dense'
}

/** The activation that belongs to the head if `layer` is the model's last: 'linear' for any that does not. */
export function headActivation(layer: Layer): HeadActivation {
  const config = layer.getConfig()
  const name = layer.getClassName()
  if (name === 'Dense' || name === 'Activation') {
    return config['activation'] === 'softmax' || config['activation'] === 'sigmoid'
      ? config['activation']
      : 'linear'
  }
  // Outputs have rank 2, so axis 1 is the last.
  return name === 'Softmax' && (config['axis'] === -1 || config['axis'] === 1) ? 'softmax' : 'linear'
}

/** The activation that the model ends in, inside nested models too: 'linear' for any that the head does not take. */
export function finalActivation(model: LayersModel): HeadActivation {
  const layer = lastLayer(model)
  return layer ? headActivation(layer) : 'linear'
}
