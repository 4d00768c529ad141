import * as z from 'zod/mini'
import { defineModel } from './definition.ts'
import { hiddenLayers } from './hidden-layers.ts'

export const wideAndDeepForRegression = defineModel({
  name: 'wide-and-deep-regressor',
  task: 'regression',
  description: 'Predicts numbers from a table: two hidden layers over the features, joined with the features',
  options: z.strictObject(hiddenLayers),
  build: async (options) => {
    const { wideAndDeepRegressor } = await import('../networks/wide-and-deep-regressor.ts')
    return wideAndDeepRegressor(options)
  },
})
