import { epochMetrics } from '@treadle/core'
import * as z from 'zod/mini'
import { field } from './field.ts'

const metrics = Object.keys(epochMetrics)
const monitors = [...metrics.map((name) => `val_${name}`), ...metrics]

const stopping = z.strictObject({
  patience: field(z.int().check(z.gte(1)), {
    description:
      'Stop after this many epochs without a better metric, the validation loss by default, and restore the best weights',
    flag: 'early-stopping',
    valueHint: 'EPOCHS',
    unit: 'epochs',
  }),
  monitor: field(z._default(z.enum(monitors), 'val_loss'), {
    description: 'The metric that early stopping watches',
    flag: 'early-stopping-monitor',
    valueHint: 'METRIC',
  }),
  minDelta: field(z._default(z.number().check(z.gte(0)), 0), {
    description: 'Smallest change of the metric that counts as better',
    flag: 'early-stopping-min-delta',
  }),
  restoreBestWeights: field(z._default(z.boolean(), true), {
    description: 'Restore the weights of the best epoch at the end',
  }),
})

/** When to stop before the last epoch; `false`: never. */
export const earlyStopping = field(z._default(z.union([z.literal(false), stopping]), false), {
  description: 'When to stop before the last epoch',
  title: 'Early stopping',
  short: 'patience',
})
