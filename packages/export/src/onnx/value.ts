import { ints, type OnnxGraph, type OnnxShape } from './graph.ts'

/** Where the channels are: `last` as in tfjs, `first` (axis 1) as ONNX's convolutions take them. */
export type Layout = 'first' | 'last'

/**
 * A value of the network, in one layout or both. The other layout is made when it is asked for, so that a chain of
 * convolutions needs one transposition before and one after it. Up to rank 2 the layouts are the same.
 */
export class Value {
  /** In tfjs's layout, with the batch dimension. */
  readonly shape: OnnxShape
  readonly #graph: OnnxGraph
  readonly #names = new Map<Layout, string>()

  constructor(graph: OnnxGraph, shape: OnnxShape, layout: Layout, name: string) {
    this.#graph = graph
    this.shape = shape
    this.#names.set(layout, name)
    if (shape.length <= 2) for (const both of ['first', 'last'] as const) this.#names.set(both, name)
  }

  get rank(): number {
    return this.shape.length
  }

  has(layout: Layout): boolean {
    return this.#names.has(layout)
  }

  /** The name of the value in a layout. */
  in(layout: Layout): string {
    const known = this.#names.get(layout)
    if (known !== undefined) return known
    const other = this.#names.get(layout === 'first' ? 'last' : 'first') as string
    const middle = Array.from({ length: this.rank - 2 }, (_, i) => i + 1)
    const perm =
      layout === 'first' ? [0, this.rank - 1, ...middle] : [0, ...middle.map((axis) => axis + 1), 1]
    const name = this.#graph.op('Transpose', [other], `${other}_channels_${layout}`, { perm: ints(perm) })
    this.#names.set(layout, name)
    return name
  }
}

/** The layout that needs no transposition of the values. */
export function commonLayout(values: readonly Value[]): Layout {
  return values.every((value) => value.has('last')) ? 'last' : 'first'
}

/** An axis of tfjs's layout, which may count from the end, in another layout. */
export function axisIn(layout: Layout, axis: number, rank: number): number {
  const positive = axis < 0 ? axis + rank : axis
  if (layout === 'last' || positive === 0) return positive
  return positive === rank - 1 ? 1 : positive + 1
}
