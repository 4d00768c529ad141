import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { StagedOptions } from './convolutional-network.ts'
import { setDiracKernels } from './dirac-kernels.ts'
import { seededNetwork } from './seeded-network.ts'

/** Builds a network of convolutions with the first values that its options ask for. */
export function stagedNetwork(
  options: StagedOptions,
  build: (options: StagedOptions) => LayersModel,
): LayersModel {
  const model = seededNetwork(options.name, options.seed, () => build(options))
  if (options.kernelInitializer === 'dirac') setDiracKernels(model)
  return model
}
