import { epochMetrics } from '@treadle/core'
import * as z from 'zod/mini'
import { field, group } from './field.ts'

/** The metrics that are measured on request. */
const names = Object.keys(epochMetrics).filter((name) => !['loss', 'accuracy', 'mae'].includes(name))
const bare = (text: string) => text.replaceAll('_', '').toLowerCase()

/** A metric by any name that Keras accepts: 'AUC' is 'auc'. */
const name = z.pipe(
  z.transform((given: unknown) =>
    typeof given === 'string' ? (names.find((one) => bare(one) === bare(given)) ?? given) : given,
  ),
  z.enum(names),
)

/** The metrics besides the loss and the accuracy or mean absolute error. */
export const metrics = group(
  z.strictObject({
    names: field(z._default(z.array(name), []), {
      description: `Metrics of each epoch besides loss and accuracy: ${names.join(', ')}`,
      flag: 'metrics',
      valueHint: 'NAME,NAME,…',
    }),
    topK: field(z._default(z.int().check(z.gte(1)), 5), {
      description: 'Top-k accuracy: how many of the most probable classes count',
      flag: 'top-k',
    }),
    threshold: field(z._default(z.number().check(z.gte(0), z.lte(1)), 0.5), {
      description: 'Precision and recall: a probability above it is a positive answer',
      flag: 'metrics-threshold',
    }),
  }),
  {},
  { description: 'Metrics of each epoch', short: 'names', title: 'Metrics' },
)
