import type { FieldMetadata } from '@treadle/core'
import * as z from 'zod/mini'

/** A schema with what help, forms and documentation say about it. */
export function field<Schema extends z.ZodMiniType>(schema: Schema, metadata: FieldMetadata): Schema {
  z.globalRegistry.add(schema, { ...metadata })
  return schema
}

/**
 * A group that has a default for each of its fields, and may be left out whole.
 * @param metadata of the group; `short` names the field that a bare value stands for
 */
export function group<Schema extends z.ZodMiniType>(
  schema: Schema,
  whenAbsent: z.input<Schema>,
  metadata: FieldMetadata,
): z.ZodMiniDefault<Schema> {
  return field(z._default(schema, z.parse(schema, whenAbsent) as never), { ...metadata, whenAbsent })
}
