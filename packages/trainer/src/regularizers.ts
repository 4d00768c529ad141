import { TreadleError } from '@treadle/core'
import { flatLayers, regularizersOf } from '@treadle/keras'
import type { LayersModel } from '@tensorflow/tfjs-layers'

/** Regularization loss of one weight: l1·Σ|w| + l2·Σw². Its gradient is l1·sign(w) + 2·l2·w. */
export interface WeightPenalty {
  /** Index into `model.trainableWeights`. */
  readonly weight: number
  readonly l1: number
  readonly l2: number
}

/**
 * The L1/L2 regularizers of the model's layers, nested models included. Regularizers of weights that are not trainable
 * would only add a constant to the loss; they are omitted, as in Keras.
 * @throws TreadleError `TRAINER_UNSUPPORTED_MODEL` for a regularizer that is not L1, L2 or L1L2
 */
export function findPenalties(model: LayersModel): WeightPenalty[] {
  const trainable = model.trainableWeights
  const penalties: WeightPenalty[] = []
  for (const layer of flatLayers(model)) {
    const fail = (what: string) =>
      new TreadleError(
        'TRAINER_UNSUPPORTED_MODEL',
        `layer \`${layer.name}\`: ${what} Remove it from the layer to train the model.`,
      )
    const regularizers = regularizersOf(layer.getConfig())
    for (const { field, role, className, factors } of regularizers) {
      if (!factors) throw fail(`\`${field}\` (=${className}) is not supported; only L1, L2 and L1L2 are.`)
      // Of the output: activity.ts.
      if (role === 'activity') continue
      const weight = trainable.findIndex(
        (one) => layer.weights.includes(one) && roleOf(one.originalName) === role,
      )
      if (weight >= 0) penalties.push({ weight, ...factors })
    }
    if (layer.losses.length > regularizers.length)
      throw fail('it adds a loss that is not an L1/L2 regularizer.')
  }
  return penalties
}

/** "dense_1/kernel" → "kernel"; "…/recurrent_kernel" → "recurrent", as in `recurrentRegularizer`. */
function roleOf(name: string): string {
  const end = name.slice(name.lastIndexOf('/') + 1)
  return end.includes('_') ? end.slice(0, end.indexOf('_')) : end
}

/** Sum of the regularization losses, in float64. @param trainable values of `model.trainableWeights` */
export function penaltyLoss(
  penalties: readonly WeightPenalty[],
  trainable: (index: number) => Float32Array,
): number {
  let loss = 0
  for (const { weight, l1, l2 } of penalties) {
    let absolute = 0
    let squares = 0
    for (const w of trainable(weight)) {
      absolute += Math.abs(w)
      squares += w * w
    }
    loss += l1 * absolute + l2 * squares
  }
  return loss
}

/** Adds the gradient of one regularization loss to `gradient`, rounded to float32. */
export function addPenaltyGradient({ l1, l2 }: WeightPenalty, w: Float32Array, gradient: Float32Array): void {
  for (let i = 0; i < w.length; i++) {
    const value = w[i] as number
    gradient[i] = (gradient[i] as number) + l1 * Math.sign(value) + 2 * l2 * value
  }
}
