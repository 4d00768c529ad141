import { TreadleError } from '@treadle/core'
import type { LayerVariable } from '@tensorflow/tfjs-layers'
import type { Layer } from '../graph/layer.ts'

/**
 * Finds a weight of a layer by its role: 'kernel', 'bias', 'gamma', 'moving_mean', … The role is the last part of
 * the weight's name: "dense_1/kernel" has the role 'kernel'.
 * @throws TreadleError `KERAS_MISSING_WEIGHT`
 */
export function findWeight(layer: Layer, role: string): LayerVariable {
  const weight = layer.weights.find(
    ({ originalName }) => originalName.slice(originalName.lastIndexOf('/') + 1) === role,
  )
  if (weight) return weight
  throw new TreadleError(
    'KERAS_MISSING_WEIGHT',
    `layer \`${layer.name}\` has no weight \`${role}\`. Build the model first: give its first layer an inputShape.`,
  )
}
