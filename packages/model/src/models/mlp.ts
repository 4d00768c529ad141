import * as z from 'zod/mini'
import { defineModel } from './definition.ts'
import { hiddenDropout } from './hidden-dropout.ts'
import { networkSize } from './network-size-options.ts'

export const mlp = defineModel({
  name: 'mlp',
  task: 'classification',
  description: 'Dense layers over all pixels',
  options: z.strictObject({ ...networkSize({ depth: 2, width: 256 }), dropout: hiddenDropout(0.3) }),
  recipe: {
    training: { epochs: 20, batchSize: 64 },
    optimizer: { name: 'adamw', weightDecay: 0.02, learningRate: { schedule: 'oneCycle', peak: 0.003 } },
  },
  build: async (options) =>
    (await import('../networks/multilayer-perceptron.ts')).multilayerPerceptron(options),
})
