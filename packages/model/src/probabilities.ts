import { TreadleError } from '@treadle/core'
import { outputActivation as activationOfOutput, outputNode, readGraph } from '@treadle/keras'
import type { LayersModel } from '@tensorflow/tfjs-layers'

/**
 * The activation that a network ends in, inside nested networks too: `softmax` gives probabilities, `linear` gives
 * logits.
 * @throws TreadleError `MODEL_NOT_A_CLASSIFIER` for any other, whose values do not sum to 1
 */
export function outputActivation(model: LayersModel): 'softmax' | 'linear' {
  const graph = readGraph(model)
  const activation = activationOfOutput(graph)
  if (activation === 'softmax' || activation === 'linear') return activation
  const node = outputNode(graph)
  throw new TreadleError(
    'MODEL_NOT_A_CLASSIFIER',
    `\`${model.name}\` ends in layer \`${node.name}\` (${node.className}, activation ${activation ?? 'none'}); ` +
      'a classifier must end in a softmax, or in a linear activation whose outputs are logits.',
  )
}

/**
 * Probabilities of the sample whose outputs start at `from`, in float64; their sum is 1 within rounding. Loops without
 * callbacks, which would take as long as the first layer for one sample.
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
      'The outputs of the network for this image are not finite. Check `preprocessing.scale` and the model’s weights.',
    )
  }
  for (let i = 0; i < count; i++) weights[i]! /= sum
  return weights
}
