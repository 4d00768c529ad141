const kinds = {
  string: ['a string', (value: unknown) => typeof value === 'string'],
  number: ['a number', (value: unknown) => typeof value === 'number'],
  boolean: ['true or false', (value: unknown) => typeof value === 'boolean'],
  function: ['a function', (value: unknown) => typeof value === 'function'],
  /** Also of another realm. */
  signal: ['an AbortSignal', isSignal],
  list: ['a list', (value: unknown) => Array.isArray(value)],
  /** Also a typed array of any realm. The items are left to the function that reads them. */
  numbers: ['a list of numbers or a typed array', isArrayLike],
  object: ['an object', isObject],
  /** An object of names and values: no list, no Map, no promise. */
  record: ['an object', isRecord],
  any: ['given', () => true],
} as const

/** What a value must be. `any` leaves the check to the function that reads it. */
export type Kind = keyof typeof kinds

/** What a value must be, in words, if it is not of that kind. */
export function unlikeKind(value: unknown, kind: Kind): string | undefined {
  const [words, holds] = kinds[kind]
  return holds(value) ? undefined : words
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  // A class may name itself, and so may a module.
  return isObject(value) && ['Object', 'Module'].includes(Object.prototype.toString.call(value).slice(8, -1))
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function isArrayLike(value: unknown): boolean {
  return isObject(value) && Number.isSafeInteger((value as ArrayLike<unknown>).length)
}

function isSignal(value: unknown): boolean {
  return (
    isObject(value) &&
    'aborted' in value &&
    typeof (value as Partial<AbortSignal>).addEventListener === 'function'
  )
}
