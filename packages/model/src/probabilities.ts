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
 * Probabilities of one row of outputs, in float64, summing to 1 within rounding.
 * @throws TreadleError `MODEL_NOT_FINITE`
 */
export function toProbabilities(outputs: Float32Array, activation: 'softmax' | 'linear'): number[] {
  const weights = [...outputs]
  if (activation === 'linear') {
    const largest = outputs.reduce((most, value) => Math.max(most, value), -Infinity)
    for (let i = 0; i < weights.length; i++) weights[i] = Math.exp((weights[i] as number) - largest)
  }
  let sum = 0
  for (const weight of weights) sum += weight
  if (Number.isFinite(sum) && sum > 0) {
    for (let i = 0; i < weights.length; i++) weights[i]! /= sum
    return weights
  }
  throw new TreadleError(
    'MODEL_NOT_FINITE',
    'The network gives values that are not finite for this image. Check `preprocessing.scale` and the model’s weights.',
  )
}
