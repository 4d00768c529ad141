import { gradientOf, type Emitter } from '../emitter.ts'
import { plainLayout, sampleTable } from '../layout.ts'
import type { Operator } from '../operator.ts'
import type { Storage } from '../storage.ts'
import { Value } from '../value.ts'

/** A term of an element of the output: an element of the input, times a weight. */
export interface Term {
  readonly element: number
  readonly weight: number
}

/** Any linear map within a sample: repeated elements, interpolation. */
export class LinearMapOperator implements Operator {
  readonly layer: string
  readonly inputs: readonly [Value]
  readonly output: Value
  readonly parameters = []
  readonly tables: { storage: Storage; contents: Int32Array }[] = []
  readonly #terms: readonly (readonly Term[])[]

  /** @param terms of each element of the output, row-major */
  constructor(layer: string, input: Value, shape: readonly number[], terms: readonly (readonly Term[])[]) {
    this.layer = layer
    this.inputs = [input]
    this.#terms = terms
    this.output = new Value(layer, shape, plainLayout(shape), this)
  }

  forward(emit: Emitter): void {
    const [input] = this.inputs
    const target = { ...emit.viewOf(this.output), accumulate: 0 as const }
    this.#map(emit, input, emit.viewOf(input), this.output, target, this.#terms)
  }

  backward(emit: Emitter): void {
    const [input] = this.inputs
    if (!input.needsGradient) return
    const { rows, width } = input.layout
    const transposed: Term[][] = Array.from({ length: rows * width }, () => [])
    this.#terms.forEach((terms, element) => {
      for (const { element: from, weight } of terms) transposed[from]?.push({ element, weight })
    })
    this.#map(emit, this.output, gradientOf(this.output), input, emit.gradientTarget(input), transposed)
  }

  #map(
    emit: Emitter,
    from: Value,
    source: ReturnType<Emitter['viewOf']>,
    to: Value,
    target: ReturnType<Emitter['gradientTarget']>,
    terms: readonly (readonly Term[])[],
  ): void {
    // Tables use the rows of the buffer views, which are longer than the layout's where a value is part of another.
    const at = sampleTable({ ...from.layout, stride: source.row / 4 })
    const rowFloats = target.row / 4
    const where = sampleTable({ ...to.layout, stride: rowFloats })
    const count = (to.layout.rows - 1) * rowFloats + to.layout.stride
    const elements = new Int32Array(count).fill(-1)
    where.forEach((position, element) => (elements[position] = element))
    const ends = new Int32Array(count)
    const entries: number[] = []
    const weights: number[] = []
    elements.forEach((element, position) => {
      for (const term of element < 0 ? [] : (terms[element] as readonly Term[])) {
        entries.push(at[term.element] as number)
        weights.push(term.weight)
      }
      ends[position] = entries.length
    })
    const packed = new Int32Array(2 * entries.length)
    const floats = new Float32Array(packed.buffer)
    entries.forEach((entry, i) => {
      packed[2 * i] = entry
      floats[2 * i + 1] = weights[i] as number
    })
    emit.emit('mapLinear', {
      source: source.base,
      sourceSample: from.layout.rows * source.row,
      target: target.base,
      targetSample: to.layout.rows * target.row,
      ends: this.#table(emit, 'ends', ends),
      entries: this.#table(emit, 'entries', packed),
      count,
      accumulate: target.accumulate,
    })
  }

  #table(emit: Emitter, name: string, contents: Int32Array) {
    const storage = emit.storage(name, Math.max(4, contents.byteLength), true)
    this.tables.push({ storage, contents })
    return storage.at()
  }
}
