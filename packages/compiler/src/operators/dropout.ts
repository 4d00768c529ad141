import { gradientOf, type Emitter } from '../emitter.ts'
import type { Operator } from '../operator.ts'
import type { Storage } from '../storage.ts'
import { shifted, Value, type BufferView } from '../value.ts'

/** The mask is drawn once a step, by the stream of this layer, and used forward and backward. */
export class DropoutOperator implements Operator {
  readonly layer: string
  readonly inputs: readonly [Value]
  readonly output: Value
  readonly parameters = []
  readonly leavesZeros = true
  readonly stream: number
  readonly tables: { storage: Storage; contents: Int32Array }[] = []
  readonly #rate: number
  readonly #shared: { readonly size: number; readonly table: Int32Array } | undefined
  /** int16 an element of what is drawn, −1 where kept; set by `forward`. */
  mask: Storage | undefined
  /** The mask of every element of the input. */
  #applied: Storage | undefined

  /** @param shared elements of a sample's mask, and where each element of the input finds its own, if some share one */
  constructor(
    layer: string,
    input: Value,
    rate: number,
    stream: number,
    shared?: { readonly size: number; readonly table: Int32Array },
  ) {
    this.layer = layer
    this.inputs = [input]
    this.stream = stream
    this.#rate = rate
    this.#shared = shared
    this.output = new Value(layer, input.shape, input.layout, this)
  }

  forward(emit: Emitter): void {
    const { rows, width } = this.output.layout
    const count = rows * width
    const size = this.#shared?.size ?? count
    // Whole draws of 32 elements, and a vector read past the end.
    this.mask = emit.storage('mask', 2 * (emit.batchSize * size + 64))
    const threshold = Math.floor(this.#rate * 65536 + 0.5)
    emit.emit('drawMask', { mask: this.mask.at(), size, threshold, stream: this.stream })
    this.#applied = this.#shared ? this.#spread(emit, this.mask, count, this.#shared) : this.mask
    this.#apply(emit, emit.viewOf(this.inputs[0]), { ...emit.viewOf(this.output), accumulate: 0 })
  }

  #spread(
    emit: Emitter,
    drawn: Storage,
    count: number,
    { size, table }: { readonly size: number; readonly table: Int32Array },
  ): Storage {
    const mask = emit.storage('spread mask', 2 * (emit.batchSize * count + 64))
    const storage = emit.storage('mask table', table.byteLength, true)
    this.tables.push({ storage, contents: table })
    emit.emit('spreadMask', { source: drawn.at(), size, mask: mask.at(), count, table: storage.at() })
    return mask
  }

  backward(emit: Emitter): void {
    const [input] = this.inputs
    if (input.needsGradient) this.#apply(emit, gradientOf(this.output), emit.gradientTarget(input))
  }

  #apply(emit: Emitter, from: BufferView, to: BufferView & { accumulate: 0 | 1 }): void {
    const { rows, width, segments } = this.output.layout
    let element = 0
    for (const { start, length } of segments) {
      const x = shifted(from, start)
      const y = shifted(to, start)
      emit.emit('applyMask', {
        x: x.base,
        xRow: x.row,
        y: y.base,
        yRow: y.row,
        width: length,
        lines: rows,
        mask: (this.#applied as Storage).at(2 * element),
        maskRow: 2 * width,
        scale: Math.fround(1 / (1 - this.#rate)),
        accumulate: to.accumulate,
      })
      element += length
    }
  }
}
