import type { Head } from '@treadle/keras'
import { activate } from '../losses/score.ts'
import { probabilities, type OutputMetric } from './resolve.ts'

/** Number of the sums of all metrics of all outputs. */
export function sumsOf(metrics: readonly (readonly OutputMetric[])[]): number {
  return metrics.flat().reduce((sum, { metric }) => sum + metric.size, 0)
}

/** What the metrics of an output measure, made of its logits, shape [rows, units]. */
export function measuredOutputs(head: Head, logits: Float32Array): Float32Array {
  const outputs = new Float32Array(logits.length)
  activate({ ...head, activation: probabilities(head) }, logits, outputs)
  return outputs
}

/**
 * Adds samples to the sums of the metrics.
 * @param outputs of each output of the model, as `measuredOutputs` makes them, shape [rows, units]
 * @param targets of each output
 */
export function addSamples(
  metrics: readonly (readonly OutputMetric[])[],
  heads: readonly Head[],
  outputs: readonly Float32Array[],
  targets: readonly (Int32Array | Float32Array)[],
  sums: number[],
): void {
  let from = 0
  heads.forEach(({ units }, i) => {
    for (const { metric } of metrics[i] ?? []) {
      const samples = { outputs: outputs[i] as Float32Array, units, targets: targets[i] as Float32Array }
      metric.add(samples, sums, from)
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
