import type { LoadDatasetOptions } from '@treadle/dataset'
import type { Recipe } from '../recipe/schema.ts'
import { splitSeed } from '../recipe/split-seed.ts'

/** The options of `loadDataset` that a recipe asks for. A field that has its default is left to the data. */
export function dataOptions(recipe: Recipe): LoadDatasetOptions {
  const { data, training } = recipe
  const { size, channels, fit, background, invert, trim, classes, testSplit } = data
  const { prefix, pattern, labelOffset, strict, cache, memory } = data
  return {
    seed: splitSeed(recipe),
    threads: training.threads,
    ...(size !== 'auto' && { size }),
    ...(channels !== 'auto' && { channels: channels as 1 | 3 }),
    ...(fit !== 'crop' && { fit }),
    ...(background !== 'auto' && { background }),
    ...(invert && { invert }),
    ...(trim && { trim }),
    ...(classes.length > 0 && { classNames: classes }),
    ...(testSplit !== 0.2 && { testFraction: testSplit }),
    ...(prefix !== '' && { prefix }),
    ...(pattern !== '' && { pattern }),
    ...(labelOffset !== 0 && { labelOffset }),
    ...(strict && { strict }),
    ...(memory !== '' && { memory }),
    cache,
  }
}
