import { type ModelDefinition, models } from '@treadle/model/models'
import * as z from 'zod/mini'
import { field } from './field.ts'

const variant = ({ name, description, options }: ModelDefinition) =>
  z.strictObject({ name: field(z.literal(name), { description }), ...options.shape })

const definitions = [...models.values()]

/** The network: the name of a model, and the options of that model. */
export const model = field(
  z.discriminatedUnion('name', definitions.map(variant) as [ReturnType<typeof variant>]),
  {
    description: `The network: ${definitions.map(({ name }) => name).join(', ')}`,
    short: 'name',
    title: 'Network',
    positional: true,
  },
)
