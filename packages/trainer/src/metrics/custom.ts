import * as tf from '@tensorflow/tfjs-core'
import type { EpochMetric } from '@treadle/metrics'
import type { CustomMetric } from './option.ts'
import { perSample, targetTensor } from './tensors.ts'

/** A function of the user's as a metric: the mean over all samples. */
export function customMetric(name: string, compute: CustomMetric): EpochMetric {
  return {
    size: 2,
    add({ outputs, units, targets }, sums, from) {
      const rows = outputs.length / units
      sums[from]! += tf.tidy(() => {
        const value = compute(targetTensor(targets, rows, units), tf.tensor2d(outputs, [rows, units]))
        const values = perSample(value, rows, `metrics: \`${name}\``).dataSync<'float32'>()
        return values.reduce((sum, one) => sum + one, 0)
      })
      sums[from + 1]! += rows
    },
    value: (sums, from) => (sums[from] as number) / (sums[from + 1] as number),
  }
}
