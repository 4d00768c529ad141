import { TreadleError, describeProblem } from '@treadle/core'
import * as z from 'zod/mini'
import { featureCount } from './feature-count.ts'

/** Statistics of the pictures that a network was trained on, for the distance of another picture from them. */
export interface TrainingStatistics {
  /** Means of the features, shape [features]. */
  readonly mean: readonly number[]
  /**
   * The inverse Cholesky factor of the features' covariance: the rows of the lower triangle one after the other, shape
   * [features · (features + 1) / 2].
   */
  readonly whitening: readonly number[]
  /** The distance that 99 % of the training pictures stay below. */
  readonly limit: number
}

// With these bounds no distance overflows.
const finite = z.number().check(z.gte(-1e6), z.lte(1e6))
const schema = z.strictObject({
  mean: z.array(finite),
  whitening: z.array(finite),
  limit: z.number().check(z.gte(1e-6), z.lte(1e6)),
})

/**
 * Checks statistics that a file or a caller gives, for a network with so many channels.
 * @throws TreadleError `MODEL_BAD_METADATA`
 */
export function checkStatistics(given: unknown, channels: number): TrainingStatistics | undefined {
  if (given === undefined) return undefined
  const { data } = schema.safeParse(given)
  if (data === undefined) throw badStatistics(String(describeProblem(schema, given)))
  const features = featureCount(channels)
  const triangle = (features * (features + 1)) / 2
  if (data.mean.length === features && data.whitening.length === triangle) return data
  throw badStatistics(
    `\`mean\` has ${data.mean.length} values and \`whitening\` ${data.whitening.length}; for ${channels} channels they have ${features} and ${triangle}`,
  )
}

const badStatistics = (reason: string) =>
  new TreadleError(
    'MODEL_BAD_METADATA',
    `\`trainingStatistics\` is not usable: ${reason}. Leave it out, or take what \`trainingStatistics\` returns.`,
  )
