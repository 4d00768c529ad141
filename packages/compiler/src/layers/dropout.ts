import type { DropoutConfig } from '@treadle/keras'
import { product } from '../layout.ts'
import type { LayerRule } from '../network.ts'
import { elementsOf } from './axes.ts'
import type { Value } from '../value.ts'
import { ViewOperator } from '../operators/view.ts'
import { DropoutOperator } from '../operators/dropout.ts'

/** Distance between the streams of two calls of a layer. */
export const CALL_STREAMS = 0x10000

/** Where each element of `shape` finds its mask, if a mask is shared along axes. */
function sharedMask(
  shape: readonly number[],
  noiseShape: DropoutConfig['noiseShape'],
): { size: number; table: Int32Array } | undefined {
  if (!noiseShape) return undefined
  const sizes = shape.map((size, axis) => noiseShape[axis + 1] ?? size)
  const strides = sizes.map((size, axis) => (size === 1 ? 0 : product(sizes.slice(axis + 1))))
  return { size: product(sizes), table: elementsOf(shape, strides) }
}

export const dropout: LayerRule<DropoutConfig> = {
  kind: 'Dropout',
  refusal: ({ config: { noiseShape } }) =>
    noiseShape && noiseShape[0] !== null
      ? `\`noiseShape\` (=${JSON.stringify(noiseShape)}) must begin with null: samples do not share a mask`
      : undefined,
  build(node, [input], network) {
    const value = input as Value
    const { rate, noiseShape } = node.config
    if (!network.training || node.inference || rate === 0)
      return network.add(new ViewOperator(node.name, value, value.shape, value.layout))
    // A shared layer draws a mask of its own for each call.
    const stream = (network.graph.dropoutStreams.get(node.layer) as number) + node.call * CALL_STREAMS
    return network.add(
      new DropoutOperator(node.name, value, rate, stream, sharedMask(value.shape, noiseShape)),
    )
  },
}
