import { isObject } from './json.ts'

/** Writes a configuration as tfjs's classes take it: keys and texts in camel case, names as they are. */
export function toTfjs(value: unknown): unknown {
  if (typeof value === 'string') return camelCase(value)
  if (Array.isArray(value)) return value.map(toTfjs)
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      camelCase(key),
      key === 'name' && typeof inner === 'string' ? inner : toTfjs(inner),
    ]),
  )
}

/** 'kernel_initializer' → 'kernelInitializer' */
export function camelCase(text: string): string {
  return text.length <= 1 ? text : text.replace(/_+(\w|$)/g, (_, letter: string) => letter.toUpperCase())
}
