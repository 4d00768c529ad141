import { gradientOf, type Emitter } from '../emitter.ts'
import { plainLayout, sampleTable } from '../layout.ts'
import type { Operator } from '../operator.ts'
import type { Storage } from '../storage.ts'
import { Value } from '../value.ts'

/** Copies a value into the plain layout of a shape with as many elements. */
export class RelayoutOperator implements Operator {
  readonly layer: string
  readonly inputs: readonly [Value]
  readonly output: Value
  readonly parameters = []
  /** Their contents are known now, their place later. */
  readonly tables: { storage: Storage; contents: Int32Array }[] = []

  constructor(layer: string, input: Value, shape: readonly number[]) {
    this.layer = layer
    this.inputs = [input]
    this.output = new Value(layer, shape, plainLayout(shape), this)
  }

  forward(emit: Emitter): void {
    this.#copy(emit, this.inputs[0], emit.place(this.inputs[0]), this.output, {
      ...emit.place(this.output),
      accumulate: 0,
    })
  }

  backward(emit: Emitter): void {
    const [input] = this.inputs
    if (input.needsGradient)
      this.#copy(emit, this.output, gradientOf(this.output), input, emit.gradientTarget(input))
  }

  #copy(
    emit: Emitter,
    from: Value,
    source: ReturnType<Emitter['place']>,
    to: Value,
    target: ReturnType<Emitter['gradientTarget']>,
  ): void {
    // Tables go by the rows of the places, which are longer than the layout's where a value is part of another.
    const at = sampleTable({ ...from.layout, stride: source.row / 4 })
    const lineFloats = target.row / 4
    const where = sampleTable({ ...to.layout, stride: lineFloats })
    // Adding to a part of longer lines adds nothing to the rest of them.
    const contents = new Int32Array((to.layout.lines - 1) * lineFloats + to.layout.stride).fill(-1)
    where.forEach((position, element) => (contents[position] = at[element] as number))
    const storage = emit.storage('table', contents.byteLength, true)
    this.tables.push({ storage, contents })
    emit.emit('relayout', {
      source: source.base,
      sourceSample: from.layout.lines * source.row,
      target: target.base,
      targetSample: to.layout.lines * target.row,
      table: storage.at(),
      count: contents.length,
      accumulate: target.accumulate,
    })
  }
}
