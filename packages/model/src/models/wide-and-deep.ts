import type { FieldMetadata } from '@treadle/core'
import * as z from 'zod/mini'
import { defineModel } from './definition.ts'
import { hiddenLayers } from './hidden-layers.ts'
import { wideAndDeepPublishedResult } from './wide-and-deep-published.ts'

const dropout = z._default(z.number().check(z.gte(0), z.lt(1)), 0.5)

export const wideAndDeep = defineModel({
  name: 'wide-and-deep',
  task: 'classification',
  description: 'Classifies images: two hidden layers over the rows of an image, joined with the image itself',
  options: z.strictObject({
    ...hiddenLayers,
    dropout: dropout.register(z.globalRegistry, {
      description: 'Fraction of the last hidden layer’s activations that training drops',
      valueHint: 'RATE',
    } satisfies FieldMetadata),
    batchNormalization: z._default(z.boolean(), true).register(z.globalRegistry, {
      description: 'Normalise the outputs of each hidden layer over the batch',
    } satisfies FieldMetadata),
  }),
  published: wideAndDeepPublishedResult,
  build: async ({ outputs, ...options }) => {
    const { wideAndDeepClassifier } = await import('../networks/wide-and-deep-classifier.ts')
    return wideAndDeepClassifier({ ...options, classes: outputs })
  },
})
