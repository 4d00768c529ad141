import { TreadleError } from '@treadle/core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { flatLayers } from './layers.ts'

/** l1·Σ|w| + l2·Σw² of one weight, added to the loss; gradient l1·sign(w) + 2·l2·w. */
export interface WeightPenalty {
  /** Index into `model.trainableWeights`. */
  readonly weight: number
  readonly l1: number
  readonly l2: number
}

/**
 * The L1/L2 regularisers of the model's layers, nested models included. Those of weights that are not trained
 * shift the loss and nothing else; they are left out, as Keras does.
 * @throws TreadleError `TRAINER_UNSUPPORTED_MODEL` for regularisers of other kinds, and for activity regularisers,
 * which tfjs-layers stores but never applies
 */
export function findPenalties(model: LayersModel): WeightPenalty[] {
  const trainable = model.trainableWeights
  const penalties: WeightPenalty[] = []
  for (const layer of flatLayers(model)) {
    const fail = (what: string) =>
      new TreadleError(
        'TRAINER_UNSUPPORTED_MODEL',
        `layer \`${layer.name}\`: ${what} Take it out of the layer.`,
      )
    const config = layer.getConfig()
    let found = 0
    for (const [key, value] of Object.entries(config)) {
      if (!key.endsWith('Regularizer') || value === null || value === undefined) continue
      const { className, config: factors } = value as {
        className: string
        config: { l1?: number; l2?: number }
      }
      if (key === 'activityRegularizer') throw fail('activity regularisers are not applied by tfjs-layers.')
      if (className !== 'L1L2') throw fail(`the regulariser ${className} (\`${key}\`) is not L1, L2 or both.`)
      found += 1
      const name = key.slice(0, -'Regularizer'.length)
      const index = trainable.findIndex(
        (weight) => layer.weights.includes(weight) && endOf(weight.originalName) === name,
      )
      if (index >= 0) penalties.push({ weight: index, l1: factors.l1 ?? 0, l2: factors.l2 ?? 0 })
    }
    if (layer.losses.length > found) throw fail('it adds a loss of its own that is not an L1/L2 regulariser.')
  }
  return penalties
}

/** "dense_1/kernel" → "kernel"; "…/recurrent_kernel" → "recurrent", as in `recurrentRegularizer`. */
function endOf(name: string): string {
  const end = name.slice(name.lastIndexOf('/') + 1)
  return end.includes('_') ? end.slice(0, end.indexOf('_')) : end
}

/** Σ of all penalties, in float64. @param trainable values of `model.trainableWeights` */
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

/** Adds the gradient of one penalty to `gradient`, rounded to float32. */
export function addPenaltyGradient({ l1, l2 }: WeightPenalty, w: Float32Array, gradient: Float32Array): void {
  for (let i = 0; i < w.length; i++) {
    const value = w[i] as number
    gradient[i] = (gradient[i] as number) + l1 * Math.sign(value) + 2 * l2 * value
  }
}
