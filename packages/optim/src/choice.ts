import * as z from 'zod/mini'

interface Definition<T> {
  readonly schema: z.ZodMiniType<T>
}

/**
 * The schemas of a list of definitions that a field tells apart: of their objects, and of the short form, which is
 * the value of that field alone and leaves the rest to the defaults.
 */
export function choiceOf<T>(
  key: string,
  definitions: Readonly<Record<string, Definition<any>>>,
): { readonly long: z.ZodMiniType<T>; readonly short: z.ZodMiniType<T> } {
  const schemas = Object.values(definitions).map(({ schema }) => schema)
  const long = z.discriminatedUnion(key, schemas as never) as unknown as z.ZodMiniType<T>
  const named = z.pipe(
    z.enum(Object.keys(definitions)),
    z.transform((name) => ({ [key]: name })),
  )
  return { long, short: z.pipe(named, long as z.ZodMiniType<T, { [key: string]: string }>) }
}

/**
 * Spells the value of the field `key` as `names` does, whatever its case: 'AdamW' becomes 'adamw'. A string alone is
 * such a value. Anything else is returned unchanged, and the schema judges it.
 */
export function spelled(given: unknown, key: string, names: readonly string[]): unknown {
  const known = (name: string) => names.find((one) => one.toLowerCase() === name.toLowerCase()) ?? name
  if (typeof given === 'string') return known(given)
  if (given === null || typeof given !== 'object' || !Object.hasOwn(given, key)) return given
  const name = (given as Record<string, unknown>)[key]
  return typeof name === 'string' ? { ...given, [key]: known(name) } : given
}
