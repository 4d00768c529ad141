import type { LayersModel } from '@tensorflow/tfjs-layers'
import { TreadleError } from '@treadle/core'
import type { Layer } from '@treadle/keras'
import { requireBackend } from '../backend.ts'
import { withoutValues } from '../deferred-weights.ts'
import { initializeLayers } from '../initialize-weights.ts'
import { defaultLimits } from '../model-limits.ts'

/**
 * Builds a network with random weights that follow from the seed. It counts the weights before it allocates
 * memory for them, and throws if there are more than `loadModel` accepts by default.
 *
 * @param only the layers whose weights are random; all unless given
 * @throws TreadleError `MODEL_BAD_OPTION`, `MODEL_NO_BACKEND`
 */
export function seededNetwork(
  name: string,
  seed: number,
  build: () => LayersModel,
  only?: readonly Layer[],
): LayersModel {
  requireBackend(`Building \`${name}\``)
  const most = defaultLimits.maxParameters
  let parameters = 0
  const addWeight = (_layer: string, _name: string, shape: readonly (number | null)[]) => {
    parameters += shape.reduce<number>((product, size) => product * (size ?? 1), 1)
    if (parameters <= most) return
    throw new TreadleError(
      'MODEL_BAD_OPTION',
      `Building \`${name}\`: with these options it has ${parameters} parameters or more, and ${most} are possible. Make the input or the layers smaller.`,
    )
  }
  const model = withoutValues({ addWeight }, build)
  initializeLayers(model, seed, only)
  return model
}
