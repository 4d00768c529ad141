import { gradientOf, type Emitter } from '../emitter.ts'
import type { Operator } from '../operator.ts'
import type { Storage } from '../storage.ts'
import { shifted, Value, type BufferView } from '../value.ts'

/** What a dropout does to an element: x · scale + shift where the mask keeps it, else `dropped`. */
export interface Dropping {
  /** Probability that an element is dropped. */
  readonly rate: number
  readonly scale: number
  readonly shift: number
  readonly dropped: number
}

/** The mask is drawn once a step, by the stream of this layer, and used forward and backward. */
export class DropoutOperator implements Operator {
  readonly layer: string
  readonly inputs: readonly [Value]
  readonly output: Value
  readonly parameters = []
  readonly stream: number
  readonly tables: { storage: Storage; contents: Int32Array }[] = []
  readonly #dropping: Dropping
  readonly #shared: { readonly size: number; readonly table: Int32Array } | undefined
  /** int16 an element of what is drawn, −1 where kept; set by `forward`. */
  mask: Storage | undefined
  /** The mask of every element of the input. */
  #applied: Storage | undefined

  /** @param shared elements of a sample's mask, and where each element of the input finds its own, if some share one */
  constructor(
    layer: string,
    input: Value,
    dropping: Dropping,
    stream: number,
    shared?: { readonly size: number; readonly table: Int32Array },
  ) {
    this.layer = layer
    this.inputs = [input]
    this.stream = stream
    this.#dropping = dropping
    this.#shared = shared
    this.output = new Value(layer, input.shape, input.layout, this)
  }

  get leavesZeros(): boolean {
    return this.#dropping.dropped === 0
  }

  forward(emit: Emitter): void {
    const { rows, width } = this.output.layout
    const count = rows * width
    const size = this.#shared?.size ?? count
    // Whole draws of 32 elements, and a vector read past the end.
    this.mask = emit.storage('mask', 2 * (emit.batchSize * size + 64))
    const threshold = Math.floor(this.#dropping.rate * 65536 + 0.5)
    emit.emit('drawMask', { mask: this.mask.at(), size, threshold, stream: this.stream })
    this.#applied = this.#shared ? this.#spread(emit, this.mask, count, this.#shared) : this.mask
    const { scale, shift, dropped } = this.#dropping
    const selects = shift !== 0 || dropped !== 0
    for (const part of this.#parts(emit.viewOf(this.inputs[0]), emit.viewOf(this.output)))
      if (selects) emit.emit('selectMask', { ...part, scale, shift, dropped })
      else emit.emit('applyMask', { ...part, scale, accumulate: 0 })
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
    if (!input.needsGradient) return
    const target = emit.gradientTarget(input)
    const { scale } = this.#dropping
    for (const part of this.#parts(gradientOf(this.output), target))
      emit.emit('applyMask', { ...part, scale, accumulate: target.accumulate })
  }

  /** The operands of an instruction that applies the mask, for each segment of the rows. */
  #parts(from: BufferView, to: BufferView) {
    const { rows, width, segments } = this.output.layout
    let element = 0
    return segments.map(({ start, length }) => {
      const x = shifted(from, start)
      const y = shifted(to, start)
      const mask = (this.#applied as Storage).at(2 * element)
      element += length
      return {
        x: x.base,
        xRow: x.row,
        y: y.base,
        yRow: y.row,
        width: length,
        lines: rows,
        mask,
        maskRow: 2 * width,
      }
    })
  }
}
