import type { SavedLayer } from './json.ts'

/** The framework whose meaning a configuration has. */
export type Origin = 'keras3' | 'keras2' | 'tfjs'

/** A network from a file in the form that tfjs builds, whichever framework wrote it. */
export interface SavedNetwork {
  readonly origin: Origin
  /** What tfjs builds. */
  readonly buildable: SavedLayer
  /** The same with the fields that tfjs cannot build; for `checkKeptFields`. */
  readonly complete: SavedLayer
  /** The class names and activations of the network and of everything in it; for `registerExtensions`. */
  readonly names: ReadonlySet<string>
  /** The name that a weight of the file has in the model; undefined for a weight that the model does not have. */
  readonly weightName: (name: string) => string | undefined
}
