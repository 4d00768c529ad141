import { type AugmentationValues, augmentations } from '@treadle/trainer/augmentation'
import * as z from 'zod/mini'
import { group } from './field.ts'

const fields = Object.fromEntries(Object.entries(augmentations).map(([name, { schema }]) => [name, schema]))
const schema = z.strictObject(fields) as unknown

/** Random changes of the training images in each epoch, in the order of the fields. */
export const augmentation = group(
  schema as z.ZodMiniType<AugmentationValues, Partial<AugmentationValues>>,
  {},
  {
    description: 'Random changes of the training images in each epoch, in this order',
    title: 'Augmentation',
  },
)
