import type { Head } from '@treadle/keras'
import { breathe } from '#platform'
import type { ModelSamples } from './data/arrays.ts'
import { gatherTargets, targetColumns } from './data/rows.ts'
import { partInMemory } from './data/stored.ts'
import { score } from './losses/score.ts'
import { addSamples, measuredOutputs, sumsOf, valuesOf } from './metrics/measure.ts'
import type { OutputMetric } from './metrics/resolve.ts'

/** The scores of one output. */
export interface SampleScores {
  /** Unweighted mean over the samples; 0 unless `wanted.scores` is set. */
  readonly loss: number
  readonly metric: number
  /** Mean over the samples of the model's activity regularization, the same for each output. */
  readonly activity: number
  /** The metrics besides that of the head, in their order. */
  readonly metrics: readonly number[]
  /** Row-major, shape [count, head.units]; present if `wanted.logits` is set. */
  readonly logits?: Float32Array
}

/**
 * Computes the logits of each output for samples from … to (exclusive), shape [to − from, units], then the activity
 * regularization of each sample, shape [to − from], for each call of a layer that has it.
 */
export type LogitsOf = (samples: ModelSamples, from: number, to: number) => Promise<Float32Array[]>

/**
 * Runs all of `samples` through a model in inference mode, `batchSize` samples at a time.
 * @param heads one for each output
 * @param wanted selects the results; scores need targets; `metrics` are those of each output besides its head's
 * @returns for each output means over the samples, without regularization losses; undefined if `signal` is aborted
 */
export async function scoreSamples(
  logits: LogitsOf,
  heads: readonly Head[],
  samples: ModelSamples,
  batchSize: number,
  wanted: {
    readonly scores: boolean
    readonly logits: boolean
    readonly metrics: readonly (readonly OutputMetric[])[]
  },
  signal?: AbortSignal,
): Promise<SampleScores[] | undefined> {
  const { count } = samples
  const targets = wanted.scores ? targetColumns(samples) : []
  const sums = heads.map(({ units }) => ({
    loss: 0,
    metric: 0,
    logits: wanted.logits ? new Float32Array(count * units) : undefined,
  }))
  const metricSums = Array.from({ length: sumsOf(wanted.metrics) }, () => 0)
  let activity = 0
  let paused = performance.now()
  for (let from = 0; from < count; from += batchSize) {
    if (performance.now() - paused > 50) {
      await breathe()
      paused = performance.now()
    }
    if (signal?.aborted) return undefined
    const to = Math.min(from + batchSize, count)
    const [part, first] = await partInMemory(samples, from, to)
    const outputs = await logits(part, first, first + to - from)
    for (const values of outputs.slice(heads.length)) for (const one of values) activity += one
    heads.forEach((head, i) => {
      const z = outputs[i] as Float32Array
      const sum = sums[i] as (typeof sums)[number]
      const column = targets[i]
      if (column) {
        const { loss, metric } = score(head, z, gatherTargets(column, undefined, from, to))
        sum.loss += loss
        sum.metric += metric
      }
      sum.logits?.set(z, from * head.units)
    })
    if (metricSums.length > 0) {
      const y = targets.map((column) => gatherTargets(column, undefined, from, to))
      const measured = heads.map((head, i) => measuredOutputs(head, outputs[i] as Float32Array))
      addSamples(wanted.metrics, heads, measured, y, metricSums)
    }
  }
  const metrics = valuesOf(wanted.metrics, metricSums)
  return sums.map((sum, i) => ({
    loss: sum.loss / count,
    metric: sum.metric / count,
    activity: activity / count,
    metrics: metrics[i] ?? [],
    ...(sum.logits && { logits: sum.logits }),
  }))
}
