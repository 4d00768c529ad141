import * as z from 'zod/mini'
import { field, group } from './field.ts'

/** The loss that training minimises. */
export const loss = group(
  z.strictObject({
    name: field(
      z._default(
        z.enum([
          'auto',
          'sparseCategoricalCrossentropy',
          'categoricalCrossentropy',
          'binaryCrossentropy',
          'meanSquaredError',
        ]),
        'auto',
      ),
      {
        description: 'The loss. auto: by the last activation of the network and the data',
        valueHint: 'auto|NAME',
      },
    ),
    labelSmoothing: field(z._default(z.number().check(z.gte(0), z.lt(1)), 0), {
      description: 'Fraction of the targets of a cross-entropy that is spread evenly over the classes',
      valueHint: 'FRACTION',
    }),
  }),
  {},
  { description: 'The loss', short: 'name', title: 'Loss' },
)
