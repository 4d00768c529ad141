import { checkModel } from '@treadle/keras'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { TreadleError, show } from '@treadle/core'

/**
 * Lets the last frozen layers of a network train again. Only layers with weights count. BatchNormalization stays frozen,
 * with its moving averages, as Keras's guide to transfer learning recommends.
 *
 * @param count how many layers, at least 1; more than there are means all
 * @returns the names of the layers
 * @throws TreadleError `MODEL_BAD_OPTION`, `MODEL_NOT_A_MODEL`
 */
export function unfreezeLayers(model: LayersModel, count: number): string[] {
  checkModel('unfreezeLayers', model)
  if (!Number.isInteger(count) || count < 1)
    throw new TreadleError(
      'MODEL_BAD_OPTION',
      `unfreezeLayers: \`count\` (=${show(count)}) must be a whole number of at least 1.`,
    )
  const frozen = model.layers.filter(
    (layer) => !layer.trainable && layer.weights.length > 0 && layer.getClassName() !== 'BatchNormalization',
  )
  const chosen = frozen.slice(-count)
  for (const layer of chosen) layer.trainable = true
  return chosen.map(({ name }) => name)
}
