import type { FlattenConfig, ReshapeConfig } from '@treadle/keras'
import type { LayerRule } from '../network.ts'
import type { Value } from '../value.ts'
import { reshaped } from './relayout.ts'

export const flatten: LayerRule<FlattenConfig> = {
  kind: 'Flatten',
  refusal: ({ config, inputShapes }) =>
    config.dataFormat === 'channelsFirst' && (inputShapes[0] ?? []).length > 1
      ? "dataFormat 'channelsFirst' is not supported"
      : undefined,
  build: (node, [input], network) => reshaped(node.name, input as Value, node.shape, network),
}

export const reshape: LayerRule<ReshapeConfig> = {
  kind: 'Reshape',
  build: (node, [input], network) => reshaped(node.name, input as Value, node.shape, network),
}
