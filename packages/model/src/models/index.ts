import { cnnFast } from './cnn-fast.ts'
import { cnnTiny } from './cnn-tiny.ts'
import { cnn } from './cnn.ts'
import type { ModelDefinition } from './definition.ts'
import { mlp } from './mlp.ts'
import { photoSmall } from './photo-small.ts'
import { resnet } from './resnet.ts'
import { wideAndDeepForRegression } from './wide-and-deep-regressor.ts'
import { wideAndDeep } from './wide-and-deep.ts'

export type { ModelDefinition, NetworkShape, PresetRecipe } from './definition.ts'

/** Every model that can be named. To add one, write its file and name it here. */
export const models: ReadonlyMap<string, ModelDefinition> = new Map(
  [wideAndDeep, wideAndDeepForRegression, mlp, cnnFast, cnnTiny, cnn, resnet, photoSmall].map(
    (definition) => [definition.name, definition],
  ),
)
