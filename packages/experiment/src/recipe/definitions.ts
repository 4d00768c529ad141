import { type ModelDefinition, models } from '@treadle/model/models'
import { transfer } from '../transfer/definition.ts'

/** Every model that a recipe can name: the networks, and a new head on a trained one. */
export const definitions: ReadonlyMap<string, ModelDefinition> = new Map([
  ...models,
  [transfer.name, transfer],
])
