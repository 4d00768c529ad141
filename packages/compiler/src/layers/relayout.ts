import { lastAxisLayout, plainLayout, product, sameRows, withoutTrailingOnes } from '../layout.ts'
import { mapShape } from '../feature-map.ts'
import type { Network } from '../network.ts'
import type { Value } from '../value.ts'
import { ViewOperator } from '../operators/view.ts'
import { RelayoutOperator } from '../operators/relayout.ts'

/** `input` under another shape: a view of the same buffer if its rows allow it, else a copy. */
export function reshaped(layer: string, input: Value, shape: readonly number[], network: Network): Value {
  const { layout } = input
  const last = withoutTrailingOnes(shape).at(-1) ?? 1
  const elements = product(shape)
  // Its rows stay rows, or the whole sample becomes one row.
  if (last === layout.width || last === elements)
    return network.add(new ViewOperator(layer, input, shape, layout))
  const dense = layout.stride === layout.width && layout.segments.length === 1
  if (dense && last % 4 === 0) return network.add(new ViewOperator(layer, input, shape, plainLayout(shape)))
  return network.add(new RelayoutOperator(layer, input, shape))
}

/** `input` with its last axis along the rows, or along the whole sample: copied if its rows hold another axis. */
export function alongLastAxis(layer: string, input: Value, network: Network): Value {
  return input.axis ? input : copied(layer, input, network)
}

/** `input` with its last axis along the rows: copied if they hold another axis. */
export function inRows(layer: string, input: Value, network: Network): Value {
  return input.axis && !input.axis.whole ? input : copied(layer, input, network)
}

/** `input` with its last axis along rows of one segment: copied if it lies otherwise. */
export function plainly(layer: string, input: Value, network: Network): Value {
  const plain = input.axis && !input.axis.whole && input.layout.segments.length === 1
  return plain ? input : copied(layer, input, network)
}

/** `input` as a feature map whose channels may be unpadded: copied if it lies otherwise, or if it needs a gradient. */
export function asMap(layer: string, input: Value, network: Network): Value {
  const shape = mapShape(input)
  return shape && !(shape.packed && input.needsGradient) ? input : copied(layer, input, network)
}

/** `input` as a feature map of padded channels: copied if it lies otherwise. */
export function asUnpackedMap(layer: string, input: Value, network: Network): Value {
  const shape = mapShape(input)
  return shape && !shape.packed ? input : copied(layer, input, network)
}

/** `input` as a feature map of channels padded only at their end: copied if it lies otherwise. */
export function asPlainMap(layer: string, input: Value, network: Network): Value {
  return asUnpackedMap(layer, plainly(layer, input, network), network)
}

/** `input` in the layout of `like`, a value with the same last axis that a layer reads in another call. */
export function laidOutLike(layer: string, input: Value, like: Value, network: Network): Value {
  if (sameRows(input.layout, like.layout) && input.shape.join() === like.shape.join()) return input
  const { layout } = like
  const rows = product(input.shape) / layout.width
  if (!like.axis || like.axis.whole || !Number.isInteger(rows)) return copied(layer, input, network)
  const wanted = { ...layout, rows }
  if (input.axis?.whole === false && sameRows(input.layout, wanted)) return input
  return network.add(new RelayoutOperator(layer, input, input.shape, wanted))
}

function copied(layer: string, input: Value, network: Network): Value {
  return network.add(new RelayoutOperator(layer, input, input.shape, lastAxisLayout(input.shape)))
}
