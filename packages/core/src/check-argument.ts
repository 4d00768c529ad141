import { TreadleError } from './error.ts'
import { type Kind, unlikeKind } from './kind.ts'
import { show } from './show.ts'

/**
 * What an argument must be: a kind; a list, each item of one shape; or an object with these fields and perhaps others,
 * where a name that ends with `?` may be absent.
 */
export type Shape = Kind | readonly [Shape] | { readonly [field: string]: Shape }

/**
 * Throws unless an argument has its shape. Values are left to the function that reads them: ranges, sizes, numbers.
 * @param operation the function whose argument this is: the message begins with it
 * @param name of the argument in the message
 * @throws TreadleError with `code`, by default `CORE_BAD_ARGUMENT`
 *
 * @example
 * checkArgument('encodePng', 'picture', 5, { width: 'number' })
 * // TreadleError: encodePng: `picture` (=5) must be an object.
 */
export function checkArgument(
  operation: string,
  name: string,
  value: unknown,
  shape: Shape,
  code = 'CORE_BAD_ARGUMENT',
): void {
  const wrong = typeof shape === 'string' ? unlikeKind(value, shape) : unlikeParts(shape)
  if (wrong !== undefined)
    throw new TreadleError(code, `${operation}: \`${name}\` (=${show(value)}) must be ${wrong}.`)

  function unlikeParts(parts: Exclude<Shape, Kind>): string | undefined {
    if (isItems(parts)) {
      if (!Array.isArray(value)) return 'a list'
      // Not forEach: it passes over holes.
      for (const [i, item] of value.entries()) checkArgument(operation, `${name}[${i}]`, item, parts[0], code)
      return undefined
    }
    if (typeof value !== 'object' || value === null) return 'an object'
    for (const [key, part] of Object.entries(parts)) {
      const field = key.replace('?', '')
      const held = (value as Readonly<Record<string, unknown>>)[field]
      if (held !== undefined || field === key) checkArgument(operation, `${name}.${field}`, held, part, code)
    }
    return undefined
  }
}

function isItems(parts: Exclude<Shape, Kind>): parts is readonly [Shape] {
  return Array.isArray(parts)
}
