import type { DropoutConfig } from '@treadle/keras'
import type { LayerRule } from '../network.ts'
import type { Value } from '../value.ts'
import { ViewOperator } from '../operators/view.ts'
import { DropoutOperator } from '../operators/dropout.ts'

/** Distance between the streams of two calls of a layer. */
export const CALL_STREAMS = 0x10000

export const dropout: LayerRule<DropoutConfig> = {
  kind: 'Dropout',
  refusal({ className, config: { noiseShape } }) {
    if (noiseShape === undefined) return undefined
    return className === 'Dropout'
      ? `\`noiseShape\` (=${JSON.stringify(noiseShape)}) is not supported`
      : `${className} is not supported; Dropout is`
  },
  build(node, [input], network) {
    const value = input as Value
    const { rate } = node.config
    if (!network.training || node.inference || rate === 0)
      return network.add(new ViewOperator(node.name, value, value.shape, value.layout))
    // A shared layer draws a mask of its own for each call.
    const stream = (network.graph.dropoutStreams.get(node.layer) as number) + node.call * CALL_STREAMS
    return network.add(new DropoutOperator(node.name, value, rate, stream))
  },
}
