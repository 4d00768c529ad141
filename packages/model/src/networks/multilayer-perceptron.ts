import { layers } from '@tensorflow/tfjs-layers'
import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-layers'
import { checkInputShape } from '../check-options.ts'
import type { NetworkShape } from '../models/definition.ts'
import { classifierOf, imageInput } from './classifier-parts.ts'
import { seededNetwork } from './seeded-network.ts'

export interface PerceptronOptions extends NetworkShape {
  /** Hidden layers. */
  readonly depth: number
  /** Units of each hidden layer. */
  readonly width: number
  /** Fraction of each hidden layer's values dropped in training, in [0, 1). */
  readonly dropout: number
}

/** Builds flatten → depth × (dense, batch normalization, ReLU, dropout) → softmax. */
export function multilayerPerceptron(options: PerceptronOptions): LayersModel {
  checkInputShape(options.inputShape)
  return seededNetwork('mlp', options.seed, () => layersOfNetwork(options))
}

function layersOfNetwork({ depth, width, dropout, inputShape, outputs }: PerceptronOptions): LayersModel {
  const input = imageInput(inputShape)
  let x = input
  if (inputShape.length > 1) x = layers.flatten({ name: 'flatten' }).apply(x) as SymbolicTensor
  for (let i = 1; i <= depth; i++) {
    x = layers
      .dense({ units: width, useBias: false, kernelInitializer: 'heNormal', name: `dense_${i}` })
      .apply(x) as SymbolicTensor
    x = layers
      .batchNormalization({ momentum: 0.9, name: `batch_normalization_${i}` })
      .apply(x) as SymbolicTensor
    x = layers.reLU({ name: `relu_${i}` }).apply(x) as SymbolicTensor
    if (dropout > 0) x = layers.dropout({ rate: dropout, name: `dropout_${i}` }).apply(x) as SymbolicTensor
  }
  return classifierOf('mlp', input, x, outputs)
}
