import type { LayersModel } from '@tensorflow/tfjs-layers'
import { checkArgument } from '@treadle/core'

/**
 * Throws unless `model` is a layers model of tfjs, of this or another copy of it.
 * @param operation the function that takes the model: the message begins with it
 * @throws TreadleError `MODEL_NOT_A_MODEL`
 */
export function checkModel(operation: string, model: LayersModel): void {
  const shape = { name: 'string', layers: 'list', getWeights: 'function', getConfig: 'function' } as const
  checkArgument(operation, 'model', model, shape, 'MODEL_NOT_A_MODEL')
}
