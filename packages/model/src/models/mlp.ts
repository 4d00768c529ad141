import * as z from 'zod/mini'
import { defineModel } from './definition.ts'
import { hiddenDropout } from './hidden-dropout.ts'
import { networkSize } from './network-size-options.ts'

export const mlp = defineModel({
  name: 'mlp',
  task: 'classification',
  description: 'Dense layers over all pixels',
  options: z.strictObject({ ...networkSize({ depth: 3, width: 512 }), dropout: hiddenDropout(0.2) }),
  recipe: {
    training: { epochs: 40, batchSize: 64 },
    optimizer: { name: 'adamw', weightDecay: 0.02, learningRate: { schedule: 'oneCycle', peak: 0.003 } },
    loss: { labelSmoothing: 0.1 },
    augmentation: { flip: 'horizontal' },
  },
  build: async (options) =>
    (await import('../networks/multilayer-perceptron.ts')).multilayerPerceptron(options),
})
