import { checkShape } from '../check.ts'
import { areIndices, ratio, type EpochMetric, type ScoredSamples } from './epoch-metric.ts'

/**
 * Share of the samples whose class is among the `k` largest outputs: Keras's `TopKCategoricalAccuracy`, and
 * `SparseTopKCategoricalAccuracy` for class indices. An output equal to the k-th largest counts.
 * @throws TreadleError `METRICS_BAD_INPUT`
 */
export function topKCategoricalAccuracy(options: { readonly k: number }): EpochMetric {
  checkShape('topKCategoricalAccuracy', 'options', options, { k: 'number' })
  const { k } = options
  return {
    size: 2,
    add(samples, sums, from) {
      const { outputs, units } = samples
      const rows = outputs.length / units
      for (let row = 0; row < rows; row++) {
        const own = outputs[row * units + classOf(samples, row)] as number
        let larger = 0
        for (let j = row * units; j < (row + 1) * units; j++) if ((outputs[j] as number) > own) larger += 1
        if (larger < k) sums[from]! += 1
      }
      sums[from + 1]! += rows
    },
    value: (sums, from) => ratio(sums[from] as number, sums[from + 1] as number),
  }
}

function classOf(samples: ScoredSamples, row: number): number {
  const { targets, units } = samples
  if (areIndices(samples)) return targets[row] as number
  let best = 0
  for (let j = 1; j < units; j++)
    if ((targets[row * units + j] as number) > (targets[row * units + best] as number)) best = j
  return best
}
