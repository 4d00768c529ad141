import type { Head } from '@treadle/keras'
import { activate } from '../losses/score.ts'
import { probabilities, type OutputMetric } from './resolve.ts'

/** Number of the sums of all metrics of all outputs. */
export function sumsOf(metrics: readonly (readonly OutputMetric[])[]): number {
  return metrics.flat().reduce((sum, { metric }) => sum + metric.size, 0)
}

/**
 * Adds samples to the sums of the metrics.
 * @param logits of each output, shape [rows, units]
 * @param targets of each output
 */
export function addSamples(
  metrics: readonly (readonly OutputMetric[])[],
  heads: readonly Head[],
  logits: readonly Float32Array[],
  targets: readonly (Int32Array | Float32Array)[],
  sums: number[],
): void {
  let from = 0
  heads.forEach((head, i) => {
    const own = metrics[i] ?? []
    if (own.length === 0) return
    const z = logits[i] as Float32Array
    const outputs = new Float32Array(z.length)
    activate({ ...head, activation: probabilities(head) }, z, outputs)
    for (const { metric } of own) {
      metric.add({ outputs, units: head.units, targets: targets[i] as Float32Array }, sums, from)
      from += metric.size
    }
  })
}

/** The values of the metrics of each output. */
export function valuesOf(
  metrics: readonly (readonly OutputMetric[])[],
  sums: readonly number[],
): readonly (readonly number[])[] {
  let from = 0
  return metrics.map((own) =>
    own.map(({ metric }) => {
      const value = metric.value(sums, from)
      from += metric.size
      return value
    }),
  )
}
