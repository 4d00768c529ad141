import { epochMetrics } from '@treadle/core'
import * as z from 'zod/mini'
import { distribution } from './distribution.ts'
import { prunerSchema } from './pruners/index.ts'
import { samplers } from './samplers/index.ts'

const positive = z.int().check(z.gte(1))
const metricNames = Object.keys(epochMetrics)
const metric = z.enum([...metricNames.map((name) => `val_${name}`), ...metricNames])

const objective = z.strictObject({
  /** A metric of the history. Its kind says whether higher or lower is better. */
  metric,
  /** Which epoch of a trial counts. */
  of: z._default(z.enum(['best', 'last']), 'best'),
})

const TIME = /^(?:(\d+)h)?\s*(?:(\d+)m)?\s*(?:(\d+)s)?$/

/** Seconds, or a text such as `2h`, `1h30m` and `90s`. */
const time = z.union([
  z.number().check(z.gt(0)),
  z.pipe(
    z.string().check(z.regex(/^(?=.*\d)/), z.regex(TIME)),
    z.transform((text: string) => {
      const [, hours = 0, minutes = 0, seconds = 0] = TIME.exec(text) ?? []
      return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
    }),
  ),
])

/** A sweep as people write it, without what only the recipe's schema can check. */
export const sweepSchema = z.strictObject({
  /** What Optuna calls the study. */
  name: z.exactOptional(z.string().check(z.minLength(1), z.maxLength(200))),
  /** The recipe that every trial changes. */
  recipe: z.json(),
  /** Fields of the recipe by path. */
  search: z.record(z.string(), distribution),
  objective: z._default(
    z.union([
      objective,
      z.pipe(
        metric,
        z.transform((name) => ({ metric: name, of: 'best' as const })),
      ),
    ]),
    { metric: 'val_loss', of: 'best' },
  ),
  sampler: z._default(z.enum(Object.keys(samplers)), 'random'),
  /** Ends trials that have little chance to become the best. */
  pruner: z.exactOptional(prunerSchema),
  /** Of the sampler; that of training is a field of the recipe. */
  seed: z._default(z.int().check(z.gte(0), z.lte(2 ** 32 - 1)), 1),
  budget: z._default(
    z.strictObject({
      trials: z.exactOptional(positive.check(z.lte(100_000))),
      /** No trial begins after it. */
      time: z.exactOptional(time),
    }),
    {},
  ),
})

/** A complete and checked sweep. */
export type Sweep = z.infer<typeof sweepSchema> & { readonly name: string }
