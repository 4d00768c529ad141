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
  const wrong = wrongPart(value, shape)
  if (wrong === undefined) return
  const { path, value: part, kind } = wrong
  throw new TreadleError(code, `${operation}: \`${name}${path}\` (=${show(part)}) must be ${kind}.`)
}

/** A part of a value that is not what it must be. */
interface WrongPart {
  /** Follows the name of the whole: `.history[1]`. */
  readonly path: string
  readonly value: unknown
  /** What it must be, in words. */
  readonly kind: string
}

function wrongPart(value: unknown, shape: Shape): WrongPart | undefined {
  if (isItems(shape)) return Array.isArray(value) ? wrongItem(value, shape[0]) : unlike(value, 'list')
  if (typeof shape === 'string') return unlike(value, shape)
  return unlike(value, 'object') ?? wrongField(value as Readonly<Record<string, unknown>>, shape)
}

function unlike(value: unknown, kind: Kind): WrongPart | undefined {
  const words = unlikeKind(value, kind)
  return words === undefined ? undefined : { path: '', value, kind: words }
}

function wrongItem(items: readonly unknown[], shape: Shape): WrongPart | undefined {
  for (let i = 0; i < items.length; i++) {
    const wrong = wrongPart(items[i], shape)
    if (wrong) return { ...wrong, path: `[${i}]${wrong.path}` }
  }
  return undefined
}

function wrongField(
  value: Readonly<Record<string, unknown>>,
  fields: Readonly<Record<string, Shape>>,
): WrongPart | undefined {
  for (const [name, shape] of Object.entries(fields)) {
    const key = name.replace('?', '')
    if (key !== name && value[key] === undefined) continue
    const wrong = wrongPart(value[key], shape)
    if (wrong) return { ...wrong, path: `.${key}${wrong.path}` }
  }
  return undefined
}

function isItems(shape: Shape): shape is readonly [Shape] {
  return Array.isArray(shape)
}
