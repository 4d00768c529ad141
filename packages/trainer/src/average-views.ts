import { TreadleError, log } from '@treadle/core'
import { losses, type Head } from '@treadle/keras'
import type { ModelSamples } from './data/arrays.ts'
import { sliceSamples } from './data/rows.ts'
import { LEAST_PROBABILITY } from './losses/log-probabilities.ts'
import { activate } from './losses/score.ts'
import type { LogitsOf } from './score-samples.ts'

/**
 * Logits whose outputs are the averages over several views of each image: of the probabilities where the model has
 * them, else of the outputs. The views are added in their order in float64, so that the result depends neither on the
 * number of threads nor on the batch.
 * @param name of the test-time augmentation
 * @throws TreadleError `IMAGE_BAD_VIEWS`; `TRAINER_BAD_OPTION` for samples that are not images
 */
export async function averageViews(
  operation: string,
  logitsOf: LogitsOf,
  heads: readonly Head[],
  samples: ModelSamples,
  name: string,
): Promise<LogitsOf> {
  const { applyView, viewsOf } = await import('@treadle/image/views')
  if (samples.kind !== 'images')
    throw new TreadleError(
      'TRAINER_BAD_OPTION',
      `${operation}: \`testTimeAugmentation\` (=${name}) is for images. Leave it out for other samples.`,
    )
  const views = viewsOf(operation, name, samples)
  return async (all, from, to) => {
    const part = sliceSamples(all as typeof samples, from, to)
    const sums = heads.map(({ units }) => new Float64Array((to - from) * units))
    const activities: Float32Array[] = []
    for (const view of views) {
      const images = applyView(part.images, samples, view)
      const logits = await logitsOf({ ...part, images }, 0, to - from)
      heads.forEach((head, i) => {
        const outputs = logits[i] as Float32Array
        activate({ ...head, activation: activationOf(head) }, outputs, outputs)
        const sum = sums[i] as Float64Array
        for (let j = 0; j < sum.length; j++) sum[j]! += outputs[j] as number
      })
      // The regularization of a sample is the mean over its views.
      for (const one of logits.slice(heads.length)) activities.push(one.map((loss) => loss / views.length))
    }
    const outputs = heads.map((head, i) =>
      Float32Array.from(sums[i] as Float64Array, (sum) => logitOf(head, sum / views.length)),
    )
    return [...outputs, ...activities]
  }
}

/** That of the head, or the one that a loss `fromLogits` stands for. */
const activationOf = ({ activation, loss }: Head): Head['activation'] =>
  activation === 'linear' && loss !== 'custom' ? (losses[loss].activation ?? 'linear') : activation

/** The logit of an output; those of a softmax may all have the same number added. */
function logitOf(head: Head, output: number): number {
  const activation = activationOf(head)
  if (activation === 'linear') return output
  const logit = log(Math.max(output, LEAST_PROBABILITY))
  return activation === 'softmax' ? logit : logit - log(Math.max(1 - output, LEAST_PROBABILITY))
}
