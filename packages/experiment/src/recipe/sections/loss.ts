import { findLoss, losses } from '@treadle/keras/losses'
import * as z from 'zod/mini'
import { field, group } from './field.ts'

const names = Object.keys(losses)

/** A loss by any name that Keras accepts: 'mae' is 'meanAbsoluteError'. */
const name = z.pipe(
  z.transform((given: unknown) => (typeof given === 'string' ? (findLoss(given) ?? given) : given)),
  z.enum(['auto', ...names]),
)

/** The loss that training minimises. */
export const loss = group(
  z.strictObject({
    name: field(z._default(name, 'auto'), {
      description: 'The loss. auto: by the last activation of the network and the data',
      valueHint: 'auto|NAME',
    }),
    labelSmoothing: field(z._default(z.number().check(z.gte(0), z.lt(1)), 0), {
      description: 'Fraction of the targets of a cross-entropy that is spread evenly over the classes',
      valueHint: 'FRACTION',
    }),
  }),
  {},
  { description: 'The loss', short: 'name', title: 'Loss' },
)
