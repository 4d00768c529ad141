import * as z from 'zod/mini'
import { recipeJsonSchema } from '../recipe/json-schema.ts'
import { sweepSchema } from './schema.ts'

/** The JSON Schema of a sweep as people write it: for editors and other programs. */
export function sweepJsonSchema(): Record<string, unknown> {
  const { $schema: _, properties, ...schema } = z.toJSONSchema(sweepSchema, { io: 'input', reused: 'inline' })
  const { $schema, ...recipe } = recipeJsonSchema()
  return { $schema, title: 'A Treadle sweep', ...schema, properties: { ...properties, recipe } }
}
