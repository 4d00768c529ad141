import {
  Purpose,
  RandomStream,
  type Samples,
  TreadleError,
  checkOptions,
  permutation,
  show,
} from '@treadle/core'
import { checkSamples, groupByLabel, selectSamples } from './split.ts'

/**
 * Cuts samples into folds and holds one of them back. The samples of each class are put in an order by the seed and dealt to
 * the folds in turn; a class begins at the fold after the last one of the class before. So each sample is held back in
 * exactly one fold, and the numbers of samples, also of each class, differ by at most one between folds. Samples of a table
 * are one class.
 *
 * @param options.fold 1 to `folds`
 * @param options.seed of the order: folds of the same seed fit together
 * @returns copies in the original order
 * @throws TreadleError `DATASET_BAD_OPTION` if a class has fewer samples than there are folds; `DATASET_BAD_SAMPLES`, `CORE_BAD_SEED`
 * @example
 * const { train, held } = holdOutFold(data.train, { fold: 1, folds: 5, seed: 1 })
 */
export function holdOutFold<T extends Samples>(
  samples: T,
  options: { readonly fold: number; readonly folds: number; readonly seed: number },
): { train: T; held: T } {
  checkSamples('holdOutFold', samples)
  checkOptions('holdOutFold', options, { fold: 'number', folds: 'number', seed: 'number' })
  const { fold, folds, seed } = options
  const groups =
    samples.kind === 'images'
      ? groupByLabel(samples.labels)
      : [Uint32Array.from({ length: samples.count }, (_, i) => i)]
  const least = Math.min(...groups.filter(({ length }) => length > 0).map(({ length }) => length))
  if (!(Number.isInteger(folds) && folds >= 2 && folds <= least))
    throw new TreadleError(
      'DATASET_BAD_OPTION',
      `Cutting samples into folds: \`folds\` (=${show(folds)}) must be from 2 to ${least}, the number of samples of the smallest class.`,
    )
  if (!(Number.isInteger(fold) && fold >= 1 && fold <= folds))
    throw new TreadleError(
      'DATASET_BAD_OPTION',
      `Cutting samples into folds: \`fold\` (=${show(fold)}) must be from 1 to ${folds}.`,
    )
  const isHeld = new Uint8Array(samples.count)
  let dealt = 0
  groups.forEach((group, stream) => {
    // An epoch of its own: other splits of the same seed use epoch 0.
    const order = permutation(group.length, new RandomStream(seed, Purpose.split, { epoch: 1, stream }))
    for (const position of order) if (dealt++ % folds === fold - 1) isHeld[group[position] as number] = 1
  })
  const indices = (wanted: number) => [...isHeld.keys()].filter((index) => isHeld[index] === wanted)
  return { train: selectSamples(samples, indices(0)), held: selectSamples(samples, indices(1)) }
}
