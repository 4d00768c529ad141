import type { ModelDefinition } from './definition.ts'
import { wideAndDeepForRegression } from './wide-and-deep-regressor.ts'
import { wideAndDeep } from './wide-and-deep.ts'

/** Every model that can be asked for by name: a file and a line here each. */
export const models: ReadonlyMap<string, ModelDefinition> = new Map(
  [wideAndDeep, wideAndDeepForRegression].map((definition) => [definition.name, definition]),
)
