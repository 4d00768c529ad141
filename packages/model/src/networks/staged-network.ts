import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { NetworkShape } from '../models/definition.ts'
import { setDiracKernels } from './dirac-kernels.ts'
import { seededNetwork } from './seeded-network.ts'

export interface StagedOptions extends NetworkShape {
  readonly name: string
  /** Parts that work at one resolution; a part has half the rows and columns of the part before. */
  readonly stages: number
  /** Convolutions or residual blocks of each stage. */
  readonly depth: number
  /** Channels of the first stage; each next stage has twice as many. */
  readonly width: number
  /** Fraction of the means before the output layer that training drops, in [0, 1). */
  readonly dropout: number
  /** Of the first convolution: 2 halves the rows and columns before all other work. 1 unless given. */
  readonly stemStrides?: 1 | 2
  /** First values of the convolutions' kernels. */
  readonly kernelInitializer: 'heNormal' | 'dirac'
}

/** Builds a network of convolutions with the first values that its options ask for. */
export function stagedNetwork(
  options: StagedOptions,
  build: (options: StagedOptions) => LayersModel,
): LayersModel {
  const model = seededNetwork(options.name, options.seed, () => build(options))
  if (options.kernelInitializer === 'dirac') setDiracKernels(model)
  return model
}
