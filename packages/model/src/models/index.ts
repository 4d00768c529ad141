import type { ModelDefinition } from './definition.ts'
import { wideAndDeepForRegression } from './wide-and-deep-regressor.ts'
import { wideAndDeep } from './wide-and-deep.ts'

export type { ModelDefinition, NetworkShape } from './definition.ts'

/** Every model that can be named. To add one, write its file and name it here. */
export const models: ReadonlyMap<string, ModelDefinition> = new Map(
  [wideAndDeep, wideAndDeepForRegression].map((definition) => [definition.name, definition]),
)
