/** A part of a model's configuration as it stands in model.json, with names in snake case. */
export type Json = Readonly<Record<string, unknown>>

/** Makes the error for a configuration that cannot be used; `reason` is a sentence without its full stop. */
export type Fail = (reason: string) => Error

/** A network or a layer as it stands in model.json. */
export interface SavedLayer extends Json {
  readonly class_name: string
  readonly config: Json
}

/** The entry of a table, but not what every object inherits: names come from files. */
export function entry<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function isLayer(value: unknown): value is SavedLayer {
  return isObject(value) && typeof value['class_name'] === 'string' && isObject(value['config'])
}

/** The layers of a network's configuration: of a Sequential in its old form (a list) too. */
export function layersOf(config: unknown): readonly unknown[] | undefined {
  if (Array.isArray(config)) return config
  const layers = isObject(config) ? config['layers'] : undefined
  return Array.isArray(layers) ? layers : undefined
}

/** Class names of networks. */
export const networkClasses: readonly string[] = ['Functional', 'Model', 'Sequential']
