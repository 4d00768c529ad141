import { TreadleError } from '@treadle/core'
import type { Head } from '@treadle/keras'
import type { ListedSamples } from '../data/arrays.ts'
import type { ResolvedAugmentation } from './resolve.ts'

/**
 * Heads and samples of a run with soft labels: a categorical cross-entropy over one-hot targets.
 * @throws TreadleError `TRAINER_BAD_OPTION` unless the loss is a sparse categorical cross-entropy
 */
export function withSoftLabels(
  [head]: readonly Head[],
  { images: { images, labels, count, stored }, steps }: ResolvedAugmentation,
): { readonly heads: readonly Head[]; readonly samples: ListedSamples } {
  if (head?.loss !== 'sparseCategoricalCrossentropy') {
    const step = steps.find(({ definition }) => 'mix' in definition)
    throw new TreadleError(
      'TRAINER_BAD_OPTION',
      `train: \`augmentation\`: ${step?.name} mixes labels, so that the loss must be sparseCategoricalCrossentropy, but it is ${head?.loss}. ` +
        `End the model in a softmax with a unit for each class, or leave ${step?.name} out.`,
    )
  }
  const { units } = head
  const targets = new Float32Array(count * units)
  labels.forEach((label, i) => {
    targets[i * units + label] = 1
  })
  return {
    heads: [{ ...head, loss: 'categoricalCrossentropy' }],
    samples: { kind: 'arrays', inputs: [images], targets: [targets], count, ...(stored && { stored }) },
  }
}
