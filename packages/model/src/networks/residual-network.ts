import { layers } from '@tensorflow/tfjs-layers'
import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-layers'
import { classifierOf, normalized, pooled, relu, stagedInput } from './classifier-parts.ts'
import { type StagedOptions, stagedNetwork } from './staged-network.ts'

/**
 * Builds He's residual network: a 3×3 convolution, stages of `depth` blocks of two 3×3 convolutions each, means,
 * softmax. The first block of a later stage has strides of 2, and a 1×1 convolution beside it.
 */
export function residualNetwork(options: StagedOptions): LayersModel {
  return stagedNetwork(options, layersOfNetwork)
}

function layersOfNetwork(options: StagedOptions): LayersModel {
  const { name, stages, depth, width, dropout } = options
  const input = stagedInput(name, options.inputShape, stages)
  let x = relu(normalized(input, 'stem', { filters: width }), 'stem')
  for (let stage = 1; stage <= stages; stage++) {
    const filters = width * 2 ** (stage - 1)
    for (let i = 1; i <= depth; i++) {
      x = residualBlock(x, `block_${stage}_${i}`, filters, stage > 1 && i === 1 ? 2 : 1)
    }
  }
  return classifierOf(name, input, pooled(x, dropout), options.outputs)
}

function residualBlock(x: SymbolicTensor, name: string, filters: number, strides: number): SymbolicTensor {
  const first = relu(normalized(x, `${name}_a`, { filters, strides }), `${name}_a`)
  const deep = normalized(first, `${name}_b`, { filters })
  const short = strides === 1 ? x : normalized(x, `${name}_short`, { filters, strides, kernelSize: 1 })
  const sum = layers.add({ name: `${name}_add` }).apply([deep, short]) as SymbolicTensor
  return relu(sum, name)
}
