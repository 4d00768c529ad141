import type { LayersModel } from '@tensorflow/tfjs-layers'
import * as z from 'zod/mini'
import type { StagedOptions } from '../networks/staged-network.ts'
import { type PresetRecipe, defineModel } from './definition.ts'
import { hiddenDropout } from './hidden-dropout.ts'
import { kernelInitializer } from './kernel-initializer.ts'
import { networkSize } from './network-size-options.ts'

interface Preset extends Omit<StagedOptions, 'seed' | 'inputShape' | 'outputs' | 'kernelInitializer'> {
  readonly description: string
  readonly epochs: number
  readonly batchSize: number
  readonly augmentation?: PresetRecipe[string]
  /** Of `training`, besides epochs and batch size. */
  readonly training?: PresetRecipe[string]
  /** AdamW unless given. */
  readonly optimizer?: PresetRecipe[string]
  /** The highest learning rate. */
  readonly peak: number
  readonly network: () => Promise<(options: StagedOptions) => LayersModel>
}

/** Defines a classifier of images by convolutions, with its recipe: one cycle of the learning rate, and smoothed labels. */
export function stagedClassifier({ name, description, stages, stemStrides, network, ...preset }: Preset) {
  const { epochs, batchSize, training, peak, augmentation } = preset
  const { optimizer = { name: 'adamw', weightDecay: 0.02 } } = preset
  return defineModel({
    name,
    task: 'classification',
    description,
    options: z.strictObject({
      ...networkSize(preset),
      dropout: hiddenDropout(preset.dropout),
      kernelInitializer: kernelInitializer('heNormal'),
    }),
    recipe: {
      training: { epochs, batchSize, ...training },
      optimizer: { ...optimizer, learningRate: { schedule: 'oneCycle', peak } },
      loss: { labelSmoothing: 0.05 },
      ...(augmentation && { augmentation }),
    },
    build: async (options) =>
      (await network())({ ...options, name, stages, ...(stemStrides && { stemStrides }) }),
  })
}

export const plainNetwork = async () =>
  (await import('../networks/convolutional-network.ts')).convolutionalNetwork
