import type { FieldMetadata } from '@treadle/core'
import * as z from 'zod/mini'
import { defineModel } from './definition.ts'
import { hiddenDropout } from './hidden-dropout.ts'
import { hiddenLayers } from './hidden-layers.ts'
import { wideAndDeepPublishedResult } from './wide-and-deep-published.ts'

export const wideAndDeep = defineModel({
  name: 'wide-and-deep',
  task: 'classification',
  description: 'Classifies images: two hidden layers over the rows of an image, joined with the image itself',
  options: z.strictObject({
    ...hiddenLayers,
    dropout: hiddenDropout(0.5),
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
