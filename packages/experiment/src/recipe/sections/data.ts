import * as z from 'zod/mini'
import { field, group } from './field.ts'

const split = z.strictObject({
  split: field(z.number().check(z.gt(0), z.lt(1)), {
    description: 'Validate on this fraction of the training samples, taken from their end',
    flag: 'validation-split',
    valueHint: 'FRACTION',
  }),
})

/** The data set, and what each epoch is validated on. */
export const data = group(
  z.strictObject({
    name: field(z._default(z.string().check(z.minLength(1)), 'auto'), {
      description:
        'auto: Fashion-MNIST from the cache, the system or a download, else the embedded sample. ' +
        'DIR: a folder of IDX files, or with a subfolder of image files for each class. FILE: a zip or tar archive of such a folder',
      valueHint: 'auto|sample|DIR|california-housing',
    }),
    validation: field(z._default(z.union([z.enum(['test', 'none']), split]), 'test'), {
      description: 'Samples that each epoch is validated on: the test samples or none',
      short: 'split',
    }),
  }),
  {},
  { description: 'The data set', short: 'name', title: 'Data' },
)
