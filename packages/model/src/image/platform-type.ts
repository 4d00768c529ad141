/** The instances of a global class; `never` where the types of the platform lack it, as those of Node.js lack the DOM's. */
export type PlatformType<Name extends string> = Name extends string
  ? typeof globalThis extends Record<Name, { readonly prototype: infer Instance }>
    ? Instance
    : never
  : never

/** The name of a platform's class, also for objects of another realm, which are no instances of this realm's class. */
export const tagOf = (value: unknown): string => Object.prototype.toString.call(value).slice(8, -1)
