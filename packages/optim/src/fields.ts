import { TreadleError, show } from '@treadle/core'
import * as z from 'zod/mini'

/* Building blocks of the schemas: a number or flag with its range, default and description. */

/** A number of at least 0. */
export function notNegative(fallback: number, description: string) {
  return z._default(z.number().check(z.gte(0)), fallback).check(z.describe(description))
}

/** A number greater than 0. */
export function positive(fallback: number, description: string) {
  return z._default(z.number().check(z.positive()), fallback).check(z.describe(description))
}

/** A number in [0, 1). */
export function fraction(fallback: number, description: string) {
  return z._default(z.number().check(z.gte(0), z.lt(1)), fallback).check(z.describe(description))
}

export function flag(fallback: boolean, description: string) {
  return z._default(z.boolean(), fallback).check(z.describe(description))
}

/** A number greater than 0 that has no default. */
export function optionalPositive(description: string) {
  return z.optional(z.number().check(z.positive())).check(z.describe(description))
}

/** A number of at least 0 that has no default. */
export function optionalNotNegative(description: string) {
  return z.optional(z.number().check(z.gte(0))).check(z.describe(description))
}

/** Throws unless `options` is an object: a spread of anything else would be no options at all. */
export function checkObject(operation: string, options: unknown, code: string): void {
  if (typeof options === 'object' && options !== null && !Array.isArray(options)) return
  throw new TreadleError(code, `${operation}: the options (=${show(options)}) must be an object, such as {}.`)
}
