import { log } from '@treadle/core'
import type { LogitsOf } from '../score-samples.ts'

/** The smallest probability, so that the logarithm is finite. */
export const LEAST_PROBABILITY = 1e-30

/** The logits whose softmax gives the probabilities that the `count` outputs of a model are. */
export function logProbabilities(outputsOf: LogitsOf, count: number): LogitsOf {
  return async (samples, from, to) => {
    const outputs = await outputsOf(samples, from, to)
    return outputs.map((values, i) =>
      i < count ? values.map((p) => log(Math.max(p, LEAST_PROBABILITY))) : values,
    )
  }
}
