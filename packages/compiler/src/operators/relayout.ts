import { gradientOf, type Emitter } from '../emitter.ts'
import { plainLayout, sampleTable, type Layout } from '../layout.ts'
import type { Operator } from '../operator.ts'
import type { Storage } from '../storage.ts'
import { Value } from '../value.ts'

/** Copies a value into another layout, under a shape with as many elements. */
export class RelayoutOperator implements Operator {
  readonly layer: string
  readonly inputs: readonly [Value]
  readonly output: Value
  readonly parameters = []
  readonly tables: { storage: Storage; contents: Int32Array }[] = []
  /** The element of the input that each element of the output is; the same unless given. */
  readonly #order: Int32Array | undefined

  constructor(
    layer: string,
    input: Value,
    shape: readonly number[],
    layout: Layout = plainLayout(shape),
    order?: Int32Array,
  ) {
    this.layer = layer
    this.inputs = [input]
    this.#order = order
    this.output = new Value(layer, shape, layout, this)
  }

  forward(emit: Emitter): void {
    const target = { ...emit.viewOf(this.output), accumulate: 0 as const }
    const pairs = (element: number) => [this.#order?.[element] ?? element, element] as const
    this.#copy(emit, this.inputs[0], emit.viewOf(this.inputs[0]), this.output, target, pairs)
  }

  backward(emit: Emitter): void {
    const [input] = this.inputs
    if (!input.needsGradient) return
    const pairs = (element: number) => [element, this.#order?.[element] ?? element] as const
    this.#copy(emit, this.output, gradientOf(this.output), input, emit.gradientTarget(input), pairs)
  }

  /** @param pairs the source's and the target's element of the copy of element i of the output */
  #copy(
    emit: Emitter,
    from: Value,
    source: ReturnType<Emitter['viewOf']>,
    to: Value,
    target: ReturnType<Emitter['gradientTarget']>,
    pairs: (element: number) => readonly [source: number, target: number],
  ): void {
    // Tables use the rows of the buffer views, which are longer than the layout's where a value is part of another.
    const at = sampleTable({ ...from.layout, stride: source.row / 4 })
    const rowFloats = target.row / 4
    const where = sampleTable({ ...to.layout, stride: rowFloats })
    // Adding to a part of longer rows adds nothing to the rest of them.
    const contents = new Int32Array((to.layout.rows - 1) * rowFloats + to.layout.stride).fill(-1)
    for (let element = 0; element < where.length; element++) {
      const [taken, given] = pairs(element)
      contents[where[given] as number] = at[taken] as number
    }
    const storage = emit.storage('table', contents.byteLength, true)
    this.tables.push({ storage, contents })
    emit.emit('relayout', {
      source: source.base,
      sourceSample: from.layout.rows * source.row,
      target: target.base,
      targetSample: to.layout.rows * target.row,
      table: storage.at(),
      count: contents.length,
      accumulate: target.accumulate,
    })
  }
}
