import { transferModel } from '@treadle/model'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { Base } from './open-base.ts'

/** The network of a recipe with a base. Its input is in [0, 1], whatever the base takes. */
export function buildTransfer(
  { model, stored }: Base,
  { baseLayer, dropout }: { readonly baseLayer: string; readonly dropout: number },
  { seed, outputs }: { readonly seed: number; readonly outputs: number },
): Promise<LayersModel> {
  const { scale, offset } = { scale: 1 / 255, ...stored, offset: stored?.offset ?? 0 }
  return transferModel(model, {
    classes: outputs,
    seed,
    dropout,
    ...(baseLayer !== '' && { layer: baseLayer }),
    ...((scale * 255 !== 1 || offset !== 0) && { rescaling: { scale: scale * 255, offset } }),
  })
}
