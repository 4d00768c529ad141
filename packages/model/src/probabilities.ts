import { TreadleError } from '@treadle/core'
import type { LayersModel } from '@tensorflow/tfjs-layers'

/**
 * What a network does last: `softmax` gives probabilities, `linear` gives logits.
 * @throws TreadleError `MODEL_NOT_A_CLASSIFIER` for anything else, whose values do not sum to 1
 */
export function outputActivation(model: LayersModel): 'softmax' | 'linear' {
  const last = model.outputs[0]?.sourceLayer
  const { activation } = (last?.getConfig() ?? {}) as { activation?: unknown }
  if (activation === 'softmax' || last?.getClassName() === 'Softmax') return 'softmax'
  if (activation === 'linear') return 'linear'
  throw new TreadleError(
    'MODEL_NOT_A_CLASSIFIER',
    `\`${model.name}\` ends in layer \`${last?.name}\` (${last?.getClassName()}, activation ${String(activation)}); ` +
      'the classes of a classifier come from a softmax, or from a linear layer before one.',
  )
}

/**
 * Probabilities of the row of outputs at `from`, in float64, summing to 1 within rounding. Plain loops: a user waits
 * for one row, and callbacks would take as long as the network's first layer.
 * @throws TreadleError `MODEL_NOT_FINITE`
 */
export function toProbabilities(
  outputs: Float32Array,
  activation: 'softmax' | 'linear',
  from = 0,
  count = outputs.length,
): number[] {
  let largest = -Infinity
  if (activation === 'linear')
    for (let i = 0; i < count; i++) largest = Math.max(largest, outputs[from + i] as number)
  const weights: number[] = []
  let sum = 0
  for (let i = 0; i < count; i++) {
    const value = outputs[from + i] as number
    const weight = activation === 'softmax' ? value : Math.exp(value - largest)
    weights.push(weight)
    sum += weight
  }
  if (!Number.isFinite(sum) || sum <= 0) {
    throw new TreadleError(
      'MODEL_NOT_FINITE',
      'The network gives values that are not finite for this image. Check `preprocessing.scale` and the model’s weights.',
    )
  }
  for (let i = 0; i < count; i++) weights[i]! /= sum
  return weights
}
