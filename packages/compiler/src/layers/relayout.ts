import { gradientOf, type Emitter } from '../emitter.ts'
import { plainLayout, product, sampleTable } from '../layout.ts'
import type { Network } from '../network.ts'
import type { Operator } from '../operator.ts'
import type { Storage } from '../storage.ts'
import { Value } from '../value.ts'
import { ViewOperator } from './view.ts'

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
