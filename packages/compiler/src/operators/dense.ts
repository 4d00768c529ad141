import { gemmFlags } from '@treadle/kernels'
import { gradientOf, type Emitter } from '../emitter.ts'
import { lastAxisLayout, padded, rowTable, sampleTable, spread } from '../layout.ts'
import type { Operator } from '../operator.ts'
import { Parameter, type WeightOptions } from '../parameter.ts'
import type { Storage } from '../storage.ts'
import { emitReluGradient } from './activation.ts'
import { axisOf, shifted, Value, type Axis } from '../value.ts'

/**
 * From this many inputs on a kernel lies by outputs, [units][inputs]: all three products then run along the inputs,
 * with no transposed copy and no padding of the units. Below, sums are too short for that, and it lies by inputs, in
 * panels of 16 units.
 */
const LONG = 96
/** A kernel of more floats than this (half of a 1 MB second-level cache) is split by columns instead of rows. */
const LARGE = 131_072
/** Shards sum parts of their own of a kernel gradient up to this many floats in all; beyond, they split the kernel. */
const PARTS = 65_536

/** y = act(x·W + b) along the last axis, act none or ReLU. */
export class DenseOperator implements Operator {
  readonly layer: string
  readonly inputs: readonly [Value]
  readonly output: Value
  readonly kernel: Parameter
  readonly bias: Parameter | undefined
  relu: boolean
  readonly #axis: Axis
  /** Whether the kernel lies by outputs. */
  readonly #byOutput: boolean
  readonly #byColumn: 0 | 1
  /** Floats of a padded row of inputs and of outputs. */
  readonly #k: number
  readonly #columns: number
  /** Bytes from one unit of a kernel that lies by outputs, as its transposed copy does, to the next. */
  readonly #unitRow: number
  /** Floats of a row of inputs without the padding at its end. */
  readonly #terms: number
  #transposed: Storage | undefined

  constructor(
    layer: string,
    input: Value,
    options: {
      kernel: WeightOptions
      bias: WeightOptions | undefined
      units: number
      relu: boolean
      batchSize: number
      shards: number
      shape: readonly number[]
    },
  ) {
    const { units, relu, batchSize, shards, shape } = options
    this.layer = layer
    this.inputs = [input]
    this.relu = relu
    const axis = axisOf(input)
    this.#axis = axis
    this.#k = axis.stride
    this.#columns = padded(units)
    const { stride, segments } = input.layout
    const last = segments.at(-1)
    this.#terms = last ? this.#k - stride + last.start + last.length : 0
    this.#byOutput = this.#k >= LONG || units < 4
    this.#unitRow = spread(4 * this.#k)
    const size = this.#byOutput
      ? (units * this.#unitRow) / 4
      : Math.ceil(units / 16) * this.#k * Math.min(16, this.#columns)
    this.#byColumn = size > LARGE && (batchSize * axis.rows) / shards < 64 ? 1 : 0
    this.kernel = new Parameter({
      ...options.kernel,
      name: `${layer}/kernel`,
      table: this.#kernelTable(axis.whole ? sampleTable(input.layout) : rowTable(input.layout), units),
      size,
      parts: size * shards <= PARTS ? shards : 1,
    })
    this.bias =
      options.bias &&
      new Parameter({
        ...options.bias,
        name: `${layer}/bias`,
        table: Int32Array.from({ length: units }, (_, i) => i),
        // Read in whole panels.
        size: Math.ceil(units / 16) * 16,
        parts: shards,
      })
    this.output = new Value(layer, shape, lastAxisLayout(shape), this)
  }

  /** Whether the whole sample is one row of inputs. */
  get whole(): boolean {
    return this.#axis.whole
  }

  get leavesZeros(): boolean {
    return this.relu
  }

  get parameters(): Parameter[] {
    return this.bias ? [this.kernel, this.bias] : [this.kernel]
  }

  /** Bytes from one input to the next within a panel, and from one panel to the next; by inputs. */
  get #panels(): { row: number; panel: number } {
    const row = 4 * Math.min(16, this.#columns)
    return { row, panel: this.#k * row }
  }

  #kernelTable(positions: Int32Array, units: number): Int32Array {
    const { row, panel } = this.#panels
    const table = new Int32Array(positions.length * units)
    positions.forEach((k, i) => {
      for (let n = 0; n < units; n++) {
        table[i * units + n] = this.#byOutput
          ? (n * this.#unitRow) / 4 + k
          : ((n >> 4) * panel + k * row) / 4 + (n & 15)
      }
    })
    return table
  }

  forward(emit: Emitter): void {
    const [input] = this.inputs
    const x = emit.viewOf(input)
    const y = emit.viewOf(this.output)
    const { rows } = this.#axis
    const units = this.output.layout.width
    const common = {
      a: x.base,
      aRow: this.#axis.whole ? 4 * this.#k : x.row,
      b: this.kernel.storage.at(),
      c: y.base,
      cRow: y.row,
      k: this.#k,
      lines: rows,
      bias: this.bias ? this.bias.storage.at() : 0,
      flags: this.relu ? gemmFlags.relu : 0,
      byColumn: this.#byColumn,
    }
    if (this.#byOutput) {
      emit.emit('gemmTransposed', { ...common, bRow: this.#unitRow, columns: units, padded: this.#columns })
      return
    }
    const { row, panel } = this.#panels
    emit.emit('gemm', {
      ...common,
      k: this.#terms,
      flags: common.flags | (input.hasZeros ? gemmFlags.skipZeros : 0),
      bRow: row,
      panel,
      columns: this.#columns,
      groups: 1,
      bGroup: 0,
      cGroup: 0,
    })
    if (emit.training && input.needsGradient) {
      this.#transposed = emit.storage('kernel, transposed', this.#columns * this.#unitRow)
      // By outputs, so that the product with the gradient runs along the inputs; in panels it would have no spans.
      emit.emit('transpose', {
        source: this.kernel.storage.at(),
        row,
        panel,
        target: this.#transposed.at(),
        targetRow: this.#unitRow,
        targetPanel: 64,
        k: this.#k,
        columns: units,
      })
    }
  }

  backward(emit: Emitter): void {
    const [input] = this.inputs
    const x = emit.viewOf(input)
    const { rows, whole } = this.#axis
    const xRow = whole ? 4 * this.#k : x.row
    const dy = gradientOf(this.output)
    if (this.relu && !this.output.gradientPastRelu) emitReluGradient(emit, this.output, dy)
    const units = this.output.layout.width
    if (input.needsGradient) {
      const dx = emit.gradientTarget(input)
      const { row } = dx
      const kernel = this.#byOutput ? this.kernel.storage : (this.#transposed as Storage)
      const rowBytes = 4 * input.layout.stride
      // Rows that need a gradient everywhere and follow each other without gaps are one row.
      const joined = whole && row === rowBytes && this.#wantsAll()
      for (const { start, length } of joined ? [{ start: 0, length: this.#k }] : input.gradientSpans) {
        emit.emit('gemm', {
          a: dy.base,
          aRow: dy.row,
          b: kernel.at(4 * start),
          bRow: this.#unitRow,
          panel: 64,
          c: shifted(dx, start).base,
          cRow: whole ? input.layout.rows * row : row,
          k: units,
          columns: length,
          lines: rows,
          bias: 0,
          flags: (dx.accumulate ? gemmFlags.keep : 0) | (this.relu ? gemmFlags.skipZeros : 0),
          groups: whole && !joined ? input.layout.rows : 1,
          bGroup: rowBytes,
          cGroup: row,
          byColumn: this.#byColumn,
        })
      }
    }
    if (this.kernel.trained) {
      const { gradient, part } = this.kernel
      const split = this.kernel.parts > 1 || emit.shards === 1 ? 0 : undefined
      if (this.#byOutput) {
        emit.emit('gemmOverRows', {
          a: dy.base,
          aRow: dy.row,
          b: x.base,
          bRow: xRow,
          c: gradient.at(),
          cRow: this.#unitRow,
          cPanel: 64,
          m: units,
          columns: this.#k,
          lines: rows,
          cShard: part,
          mode: split ?? (this.#k >= 16 * emit.shards ? 1 : 2),
        })
      } else {
        const { row, panel } = this.#panels
        emit.emit('gemmOverRows', {
          a: x.base,
          aRow: xRow,
          b: dy.base,
          bRow: dy.row,
          c: gradient.at(),
          cRow: row,
          cPanel: panel,
          m: this.#k,
          columns: this.#columns,
          lines: rows,
          cShard: part,
          mode: split ?? (this.#columns >= 16 * emit.shards ? 1 : 2),
        })
      }
    }
    if (this.bias?.trained) {
      const { gradient, part } = this.bias
      emit.emit('sumColumns', {
        x: dy.base,
        row: dy.row,
        width: this.#columns,
        lines: rows,
        out: gradient.at(),
        outShard: part,
      })
    }
  }

  /** Whether no part of its input can do without a gradient. */
  #wantsAll(): boolean {
    const [input] = this.inputs
    const [span, ...others] = input.gradientSpans
    return others.length === 0 && span?.length === input.layout.stride
  }
}
