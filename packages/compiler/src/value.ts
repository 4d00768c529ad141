import type { MapView, Sides } from '@treadle/kernels'
import type { Layout } from './layout.ts'
import type { Reference } from './storage.ts'

/** Where a value or a gradient lies: row r of the batch at `base` + r · `row` bytes. */
export interface BufferView {
  readonly base: Reference
  readonly row: number
}

export function shifted({ base, row }: BufferView, floats: number): BufferView {
  return { base: base.storage.at(base.offset + 4 * floats), row }
}

/** How an operator connects values. */
export interface Dataflow {
  readonly inputs: readonly Value[]
  readonly output: Value
  /** It gives its input another shape in the same buffer. */
  readonly isView?: boolean
  /** Many of the numbers in its output may be zero. */
  readonly leavesZeros?: boolean
  /** Its output is taken through a ReLU. Absent if it cannot do that. */
  relu?: boolean
  /** It writes its output in any border: by `Emitter.mapOf`. */
  readonly writesBorder?: boolean
  /** The border in which it reads an input, if it can read it by `Emitter.mapOf`. */
  wantedBorder?(training: boolean): Sides | undefined
  /** The parts of a row of `output` that need a gradient; all of it if absent. */
  gradientSpans?(output: Value): { start: number; length: number }[]
}

export function hasOneReader({ consumers }: Value): boolean {
  return consumers.length === 1
}

/** Whether it is a view that changes neither shape nor rows. */
export function keepsRows({ isView, inputs, output }: Dataflow): boolean {
  const [input] = inputs
  return isView === true && input?.layout === output.layout && input.shape.join() === output.shape.join()
}

/** What flows from one operator to others. */
export class Value {
  readonly name: string
  /** Without the batch. */
  readonly shape: readonly number[]
  readonly layout: Layout
  readonly producer: Dataflow
  readonly consumers: Dataflow[] = []
  /** Whether a trained weight lies before it. */
  needsGradient = false
  /** The value whose rows hold this one's, from float `offset` on. */
  parent: { readonly value: Value; readonly offset: number } | undefined
  view: BufferView | undefined
  gradient: BufferView | undefined
  /** The zeros around it as a map, if its readers want it in a border and its producer can write it there. */
  border: Sides | undefined
  /** The same of its gradient, whose writer is its only reader, and whose reader is its producer. */
  gradientBorder: Sides | undefined
  /** Where it and its gradient lie as maps, if in a border. */
  map: MapView<Reference> | undefined
  gradientMap: MapView<Reference> | undefined
  /** The gradient has been taken through the producer's own ReLU already. */
  gradientPastRelu = false

  constructor(name: string, shape: readonly number[], layout: Layout, producer: Dataflow) {
    this.name = name
    this.shape = shape
    this.layout = layout
    this.producer = producer
  }

  /**
   * The last axis in the layout: its rows, or the whole sample where a view flattened it. Absent where an axis of size
   * 1 is merged into the one before it: a layer along the last axis then needs a copy.
   */
  get axis(): Axis | undefined {
    const { rows, width, stride } = this.layout
    const last = this.shape.at(-1) ?? 1
    if (last === width) return { rows, stride, whole: false }
    return last === rows * width ? { rows: 1, stride: rows * stride, whole: true } : undefined
  }

  /** Whether many of its numbers may be zero: products that read it then look for them. */
  get hasZeros(): boolean {
    const { isView, inputs, leavesZeros } = this.producer
    return isView ? (inputs[0] as Value).hasZeros : leavesZeros === true
  }

  /** Whether it, or a view of it, is read as one stretch instead of row by row. */
  get readAsStretch(): boolean {
    return (
      this.axis?.whole === true ||
      this.consumers.some(
        ({ isView, output }) => isView && (output.layout !== this.layout || output.readAsStretch),
      )
    )
  }

  /** The stretches of a row that need a gradient. */
  get gradientSpans(): { start: number; length: number }[] {
    return this.producer.gradientSpans?.(this) ?? [{ start: 0, length: this.layout.stride }]
  }
}

export interface Axis {
  readonly rows: number
  /** Floats from one row to the next, if the value is no part of another. */
  readonly stride: number
  /** The whole sample is the axis. */
  readonly whole: boolean
}

/** @throws if the value has no rows along its last axis; see `alongLastAxis` of layers/relayout.ts */
export function axisOf(value: Value): Axis {
  if (!value.axis) throw new Error(`${value.name} has no rows along its last axis`)
  return value.axis
}

/** Bytes from one vector along the last axis to the next, where the rows of a view are `row` bytes apart. */
export function axisStep(value: Value, row: number): number {
  return axisOf(value).whole ? row * value.layout.rows : row
}
