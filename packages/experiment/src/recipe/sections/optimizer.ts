import { type Optimizer, optimizers } from '@treadle/optim'
import * as z from 'zod/mini'
import { group } from './field.ts'

type Options<Complete> = Complete extends Optimizer
  ? { readonly name: Complete['name'] } & Partial<Omit<Complete, 'name'>>
  : never

const variants = Object.values(optimizers).map(({ schema }) => schema)
const union = z.discriminatedUnion('name', variants as never) as unknown

/** The optimizer: its name, and the options of that optimizer. */
export const optimizer = group(
  union as z.ZodMiniType<Optimizer, Options<Optimizer>>,
  { name: 'adam' },
  { description: 'Optimizer, with the defaults of Keras', short: 'name', title: 'Optimizer' },
)
