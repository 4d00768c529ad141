import * as z from 'zod/mini'
import { flag, fraction, optionalNotNegative, optionalPositive } from './fields.ts'
import type { Schedule } from './schedules/index.ts'

/** Fields of every optimizer, after its own, by Keras's names. */
export const commonFields = {
  weightDecay: optionalNotNegative(
    'Decoupled weight decay: each step first subtracts weightDecay × learning rate × weight.',
  ),
  excludeFromWeightDecay: z
    .optional(z.array(z.string()))
    .check(
      z.describe(
        'Weights without decay, by the name of the weight or its layer: bias, dense_1, dense_1/bias.',
      ),
    ),
  rateMultipliers: z.optional(z.record(z.string(), z.number().check(z.gte(0)))).check(
    z.meta({
      description:
        'Factors of the learning rate, by the name of a weight or its layer: beta, dense_1, dense_1/kernel; * stands for ' +
        'any characters. Factors that name the same weight are multiplied.',
      valueHint: 'NAME=X,…',
    }),
  ),
  clipnorm: optionalPositive("Scales each weight's gradient down to this L2 norm, weight by weight."),
  globalClipnorm: optionalPositive('Scales all gradients together down to this L2 norm.'),
  clipvalue: optionalPositive('Limits each element of the gradients to this absolute value.'),
  useEma: flag(
    false,
    'Averages the weights over the steps, exponentially. Validation and the final model use the averages.',
  ),
  emaMomentum: fraction(0.99, 'Fraction of the average that each step keeps.'),
  emaOverwriteFrequency: z
    .optional(z.int().check(z.gte(1)))
    .check(z.describe('Steps after which the weights are set to their averages; never unless given.')),
  lookaheadSteps: z
    .optional(z.int().check(z.gte(1)))
    .check(
      z.describe(
        'Lookahead: steps after which the weights go back to slow weights that follow them; never unless given.',
      ),
    ),
  lookaheadAlpha: z
    ._default(z.number().check(z.positive(), z.lte(1)), 0.5)
    .check(z.describe('Part of the way to the weights that the slow weights of lookahead move.')),
}

/** Limits on gradients. At most one of them. */
export interface Clipping {
  /** Scales each weight's gradient down to this L2 norm, weight by weight. */
  readonly clipnorm?: number | undefined
  /** Scales all gradients together down to this L2 norm. */
  readonly globalClipnorm?: number | undefined
  /** Limits each element of the gradients to this absolute value. */
  readonly clipvalue?: number | undefined
}

/** Options of every optimizer. */
export interface CommonOptions extends Clipping {
  readonly learningRate: number | Schedule
  readonly weightDecay?: number | undefined
  readonly excludeFromWeightDecay?: readonly string[] | undefined
  readonly rateMultipliers?: Readonly<Record<string, number>> | undefined
  readonly useEma: boolean
  readonly emaMomentum: number
  readonly emaOverwriteFrequency?: number | undefined
  readonly lookaheadSteps?: number | undefined
  readonly lookaheadAlpha: number
}

/** Checks of every optimizer that concern several fields. */
export const commonChecks = [
  z.refine<Clipping>(({ clipnorm, globalClipnorm, clipvalue }) => {
    const given = [clipnorm, globalClipnorm, clipvalue].filter((limit) => limit !== undefined)
    return given.length <= 1
  }, 'there is more than one of `clipnorm`, `globalClipnorm` and `clipvalue`. Give one.'),
  z.refine<CommonOptions>(
    ({ useEma, emaOverwriteFrequency }) => useEma || emaOverwriteFrequency === undefined,
    { path: ['emaOverwriteFrequency'], error: 'must come with `useEma: true`.' },
  ),
] as const
