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
  const largest = outputs.reduce((most, value) => Math.max(most, value), -Infinity)
  const weights = Array.from(outputs, (value) =>
    activation === 'softmax' ? value : Math.exp(value - largest),
  )
  const sum = weights.reduce((total, weight) => total + weight, 0)
  if (Number.isFinite(sum) && sum > 0) return weights.map((weight) => weight / sum)
  throw new TreadleError(
    'MODEL_NOT_FINITE',
    'The network gives values that are not finite for this image. Check `preprocessing.scale` and the model’s weights.',
  )
}
