import type { Samples } from '@treadle/core'
import type { Head } from '@treadle/keras'
import { breathe } from '#platform'
import { gatherTargets } from './data/rows.ts'
import { score } from './losses/score.ts'

export interface SampleScores {
  /** Unweighted mean over the samples; 0 unless `wanted.scores` is set. */
  readonly loss: number
  readonly metric: number
  /** Row-major, shape [count, head.units]; present if `wanted.logits` is set. */
  readonly logits?: Float32Array
}

/**
 * Runs all of `samples` through a model in inference mode, `batchSize` samples at a time.
 * @param logits computes the logits of samples from … to (exclusive), shape [to − from, head.units]
 * @param wanted selects the results; scores need targets
 * @returns means over the samples, without regularization losses; undefined if `signal` is aborted
 */
export async function scoreSamples(
  logits: (samples: Samples, from: number, to: number) => Promise<Float32Array>,
  head: Head,
  samples: Samples,
  batchSize: number,
  wanted: { readonly scores: boolean; readonly logits: boolean },
  signal?: AbortSignal,
): Promise<SampleScores | undefined> {
  const { count } = samples
  const all = wanted.logits ? new Float32Array(count * head.units) : undefined
  let loss = 0
  let metric = 0
  let paused = performance.now()
  for (let from = 0; from < count; from += batchSize) {
    if (performance.now() - paused > 50) {
      await breathe()
      paused = performance.now()
    }
    if (signal?.aborted) return undefined
    const to = Math.min(from + batchSize, count)
    const z = await logits(samples, from, to)
    if (wanted.scores) {
      const sums = score(head, z, gatherTargets(samples, undefined, from, to))
      loss += sums.loss
      metric += sums.metric
    }
    all?.set(z, from * head.units)
  }
  return { loss: loss / count, metric: metric / count, ...(all && { logits: all }) }
}
