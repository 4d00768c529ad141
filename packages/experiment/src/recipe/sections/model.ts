import type { ModelDefinition } from '@treadle/model/models'
import * as z from 'zod/mini'
import { definitions } from '../definitions.ts'
import { field } from './field.ts'

const variant = ({ name, description, options }: ModelDefinition) =>
  z.strictObject({ name: field(z.literal(name), { description }), ...options.shape })

const all = [...definitions.values()]

/** The network: the name of a model, and the options of that model. */
export const model = field(z.discriminatedUnion('name', all.map(variant) as [ReturnType<typeof variant>]), {
  description: 'The network',
  short: 'name',
  title: 'Network',
  positional: true,
})
