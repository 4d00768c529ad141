import { TreadleError } from '@treadle/core'
import type { Layer } from '@treadle/keras'

/** One weight of a layer, in row-major order. */
export interface Weight {
  /** "kernel", "bias", "gamma", … */
  readonly role: string
  readonly shape: readonly number[]
  readonly values: Float32Array
}

/**
 * The weights of a layer, trainable ones first.
 * @throws TreadleError `MODEL_NOT_FINITE`
 */
export async function layerWeights(layer: Layer): Promise<Weight[]> {
  const weights: Weight[] = []
  for (const variable of layer.weights) {
    const tensor = variable.read()
    const values = Float32Array.from(await tensor.data())
    const bad = values.find((value) => !Number.isFinite(value))
    if (bad !== undefined) {
      throw new TreadleError(
        'MODEL_NOT_FINITE',
        `Exporting: weight \`${variable.originalName}\` of layer \`${layer.name}\` holds ${bad}, and a network with such a weight predicts nothing. Train again from an earlier state with a smaller learning rate.`,
      )
    }
    const { originalName } = variable
    weights.push({
      role: originalName.slice(originalName.lastIndexOf('/') + 1),
      shape: tensor.shape,
      values,
    })
  }
  return weights
}
