import { plainLayout, product } from '../layout.ts'
import type { Network } from '../network.ts'
import type { Value } from '../value.ts'
import { ViewOperator } from '../operators/view.ts'
import { RelayoutOperator } from '../operators/relayout.ts'

/** `input` under `shape`: where it lies if it can be read so, else copied. */
export function reshaped(layer: string, input: Value, shape: readonly number[], network: Network): Value {
  const { layout } = input
  const last = shape.at(-1) ?? 1
  const elements = product(shape)
  // Its lines stay lines, or the whole sample becomes one.
  if (last === layout.width || last === elements)
    return network.add(new ViewOperator(layer, input, shape, layout))
  const dense = layout.stride === layout.width && layout.segments.length === 1
  if (dense && last % 4 === 0) return network.add(new ViewOperator(layer, input, shape, plainLayout(shape)))
  return network.add(new RelayoutOperator(layer, input, shape))
}

/** `input` with one segment a line and its last axis as the line: copied if it lies otherwise. */
export function plainly(layer: string, input: Value, network: Network): Value {
  const plain = !input.axis.whole && input.layout.segments.length === 1
  return plain ? input : network.add(new RelayoutOperator(layer, input, input.shape))
}
