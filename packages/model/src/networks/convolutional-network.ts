import { layers } from '@tensorflow/tfjs-layers'
import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-layers'
import { classifierOf, normalized, pooled, relu, stagedInput } from './classifier-parts.ts'
import { type StagedOptions, stagedNetwork } from './staged-network.ts'

/** Builds stages of depth × (3×3 convolution, batch normalization, ReLU), 2×2 max pooling between them → means → softmax. */
export function convolutionalNetwork(options: StagedOptions): LayersModel {
  return stagedNetwork(options, layersOfNetwork)
}

function layersOfNetwork(options: StagedOptions): LayersModel {
  const { name, stages, depth, width, dropout, stemStrides = 1 } = options
  const input = stagedInput(name, options.inputShape, stages + stemStrides - 1)
  let x = input
  for (let stage = 1; stage <= stages; stage++) {
    if (stage > 1)
      x = layers.maxPooling2d({ poolSize: 2, name: `pool_${stage - 1}` }).apply(x) as SymbolicTensor
    for (let i = 1; i <= depth; i++) {
      const block = `conv_${stage}_${i}`
      const strides = stage === 1 && i === 1 ? stemStrides : 1
      x = relu(normalized(x, block, { filters: width * 2 ** (stage - 1), strides }), block)
    }
  }
  return classifierOf(name, input, pooled(x, dropout), options.outputs)
}
