import { product } from '../layout.ts'
import type { Network } from '../network.ts'
import { LinearMapOperator } from '../operators/linear-map.ts'
import { RelayoutOperator } from '../operators/relayout.ts'
import type { Value } from '../value.ts'
import { reshaped } from './relayout.ts'

/** Distances between elements along each axis of a row-major shape. */
function stridesOf(shape: readonly number[]): number[] {
  return shape.map((_, axis) => product(shape.slice(axis + 1)))
}

/** For each element of `shape`, row-major, Σ index along an axis · its stride. */
export function elementsOf(shape: readonly number[], strides: readonly number[]): Int32Array {
  const own = stridesOf(shape)
  return Int32Array.from({ length: product(shape) }, (_, element) =>
    shape.reduce(
      (sum, size, axis) =>
        sum + (Math.floor(element / (own[axis] as number)) % size) * (strides[axis] as number),
      0,
    ),
  )
}

/** The axes of a layer from 0, without the batch dimension, from axes that count it or count from the end. */
export function axesFromZero(axes: readonly number[], rank: number): number[] {
  return axes.map((axis) => (axis < 0 ? axis + rank : axis - 1))
}

/** `input` with its axes in another order: axis i of the result is axis order[i] of the input. */
export function permuted(layer: string, input: Value, order: readonly number[], network: Network): Value {
  if (order.every((axis, i) => axis === i)) return input
  const strides = stridesOf(input.shape)
  const shape = order.map((axis) => input.shape[axis] as number)
  const elements = elementsOf(
    shape,
    order.map((axis) => strides[axis] as number),
  )
  return network.add(new RelayoutOperator(layer, input, shape, undefined, elements))
}

/**
 * Applies `build` to `input` with the given axes as its last axis, and puts the axes of the result back.
 * @param axes from 0, in the order of the layer's weights
 */
export function alongAxes(
  layer: string,
  input: Value,
  axes: readonly number[],
  network: Network,
  build: (value: Value) => Value,
): Value {
  const order = [...input.shape.keys()].filter((axis) => !axes.includes(axis)).concat(axes)
  const turned = permuted(layer, input, order, network)
  const size = product(axes.map((axis) => input.shape[axis] as number))
  const flat = [...turned.shape.slice(0, turned.shape.length - axes.length), size]
  const result = build(axes.length === 1 ? turned : reshaped(layer, turned, flat, network))
  const whole = axes.length === 1 ? result : reshaped(layer, result, turned.shape, network)
  const back = order.map((_, axis) => order.indexOf(axis))
  return permuted(layer, whole, back, network)
}

/** `input` with sizes of 1, and axes that it lacks in front, repeated up to `shape`. */
export function broadcast(layer: string, input: Value, shape: readonly number[], network: Network): Value {
  if (input.shape.join() === shape.join()) return input
  const missing = shape.length - input.shape.length
  const strides = stridesOf(input.shape)
  const repeated = shape.map((size, axis) => {
    const own = axis - missing
    return own < 0 || (input.shape[own] === 1 && size !== 1) ? 0 : (strides[own] as number)
  })
  const terms = [...elementsOf(shape, repeated)].map((element) => [{ element, weight: 1 }])
  return network.add(new LinearMapOperator(layer, input, shape, terms))
}
