import type { Recipe } from './schema.ts'

/** The seed that chooses test samples, validation samples and folds. */
export const splitSeed = ({ data, training }: Pick<Recipe, 'data' | 'training'>): number =>
  data.splitSeed === 'auto' ? training.seed : data.splitSeed
