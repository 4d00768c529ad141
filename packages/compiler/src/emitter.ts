import {
  borderedBuffer,
  type InstructionName,
  type Operands,
  type PixelShape,
  type ProgramWriter,
} from '@treadle/kernels'
import { linesView, mapShapeOf, rowsView, type MapView } from './feature-map.ts'
import { spread } from './layout.ts'
import type { Operation } from './schedule.ts'
import { Storage, type Reference } from './storage.ts'
import { shifted, type BufferView, type Value } from './value.ts'

/** The input of a network, if pixel programs make its images of bytes. */
export interface AugmentedInput {
  readonly shape: PixelShape
  /** The most images that a program works on at once: 1 unless it mixes images. */
  readonly depth: number
}

/** Collects operations, and gives values and gradients their buffers. */
export class Emitter implements ProgramWriter<Reference> {
  readonly operations: Operation[] = []
  readonly batchSize: number
  /** Parts that every instruction is split into, whatever the number of threads. */
  readonly shards: number
  /** Threads that run the program at most: each has scratch of its own. */
  readonly threads: number
  readonly training: boolean
  readonly augmented: AugmentedInput | undefined
  #layer = ''

  constructor(options: {
    batchSize: number
    shards: number
    threads: number
    training: boolean
    augmented?: AugmentedInput | undefined
  }) {
    this.batchSize = options.batchSize
    this.shards = options.shards
    this.threads = options.threads
    this.training = options.training
    this.augmented = options.augmented
  }

  /** Names the layer that the following operations belong to. */
  in(layer: string): void {
    this.#layer = layer
  }

  emit<Name extends InstructionName>(name: Name, operands: Operands<Name, Reference | number>): void {
    this.operations.push({ name, operands, layer: this.#layer })
  }

  /** Samples a shard has at most. */
  get rowsOfShard(): number {
    return Math.ceil(this.batchSize / this.shards)
  }

  storage(name: string, bytes: number, persistent = false): Storage {
    return new Storage(`${this.#layer}/${name}`, bytes, persistent)
  }

  buffer(name: string, bytes: number): Reference {
    return this.storage(name, bytes).at()
  }

  mapBuffer(name: string, bytes: number, layout: string): Reference {
    return Object.assign(this.storage(name, bytes), { layout }).at()
  }

  offset({ storage, offset }: Reference, bytes: number): Reference {
    return storage.at(offset + bytes)
  }

  /** The buffer view of a value, which is decided at the first call. */
  viewOf(value: Value): BufferView {
    if (value.view) return value.view
    if (value.border) throw new Error(`${value.name} lies in a border`)
    if (value.parent) value.view = shifted(this.viewOf(value.parent.value), value.parent.offset)
    else if (value.producer.isView) {
      const input = value.producer.inputs[0] as Value
      const { base, row } = this.viewOf(input)
      // Other rows of one stretch.
      value.view = { base, row: input.layout === value.layout ? row : 4 * value.layout.stride }
    } else value.view = this.#room(value, value.name)
    return value.view
  }

  /** The rows of a value that may lie in a border: where its producer writes it, and its readers find it. */
  mapOf(value: Value): MapView {
    if (!value.border) return rowsView(value, this.viewOf(value))
    const { isView, inputs } = value.producer
    value.map ??= isView
      ? this.mapOf(inputs[0] as Value)
      : borderedBuffer(this, `bordered ${value.name}`, mapShapeOf(value), value.border)
    return value.map
  }

  /** The same of lines along its last axis. */
  linesOf(value: Value): MapView {
    return value.border ? this.mapOf(value) : linesView(value, this.viewOf(value))
  }

  /** As `gradientTarget`, of lines along the last axis of a gradient that may be wanted in a border. */
  gradientLinesOf(value: Value): MapView & { readonly accumulate: 0 | 1 } {
    const { gradientBorder } = value
    if (gradientBorder) {
      value.gradientMap = borderedBuffer(this, `bordered d ${value.name}`, mapShapeOf(value), gradientBorder)
      return { ...value.gradientMap, accumulate: 0 }
    }
    const target = this.gradientTarget(value)
    return { ...linesView(value, target), accumulate: target.accumulate }
  }

  #room(value: Value, name: string): BufferView {
    const row = this.#rowOf(value)
    return { base: this.storage(name, this.batchSize * value.layout.rows * row).at(), row }
  }

  #rowOf(value: Value): number {
    const { stride } = value.layout
    return value.readAsStretch ? 4 * stride : spread(4 * stride)
  }

  /** A buffer of its own for a value's gradient, or a part of it. */
  temporary(value: Value, name: string): BufferView {
    return this.#room(value, `${name} ${value.name}`)
  }

  /** The buffer view that a consumer writes the gradient to; it accumulates if another consumer wrote before. */
  gradientTarget(value: Value): BufferView & { readonly accumulate: 0 | 1 } {
    if (value.gradient) return { ...value.gradient, accumulate: 1 }
    value.gradient = this.#room(value, `d ${value.name}`)
    return { ...value.gradient, accumulate: 0 }
  }

  /** Whether a value without a gradient can have that of another of the same layout: its rows lie as its readers need. */
  takes(value: Value, gradient: BufferView): boolean {
    return !value.gradient && !value.gradientBorder && gradient.row === this.#rowOf(value)
  }

  /** Makes the gradient of an output, or a part of it, the input's gradient: its buffer has no other use. */
  passGradient(value: Value, from: BufferView): void {
    if (!value.gradient) value.gradient = from
    else this.copy(value, from, value.gradient, true)
  }

  /** Copies one buffer view to another of the same layout, or adds it. */
  copy({ layout }: Value, from: BufferView, to: BufferView, accumulate: boolean): void {
    this.emit('activate', {
      kind: 0,
      alpha: 0,
      beta: 0,
      gamma: 0,
      x: from.base,
      xRow: from.row,
      y: to.base,
      yRow: to.row,
      width: layout.stride,
      lines: layout.rows,
      accumulate: accumulate ? 1 : 0,
    })
  }
}

/** The buffer view of a value's gradient, which its consumers have written. */
export function gradientOf(value: Value): BufferView {
  if (!value.gradient) throw new Error(`${value.name} has no gradient`)
  return value.gradient
}
