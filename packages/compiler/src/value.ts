import type { Layout } from './layout.ts'
import type { Reference } from './storage.ts'

/** Where a value or a gradient lies: line l of the batch at `base` + l · `row` bytes. */
export interface Place {
  readonly base: Reference
  readonly row: number
}

export function shifted({ base, row }: Place, floats: number): Place {
  return { base: base.storage.at(base.offset + 4 * floats), row }
}

/** How an operator connects values. */
export interface Dataflow {
  readonly inputs: readonly Value[]
  readonly output: Value
  /** It gives its input another shape and leaves it where it is. */
  readonly isView?: boolean
  /** Many of the numbers in its output may be zero. */
  readonly leavesZeros?: boolean
  /** The parts of a row of `output` that need a gradient; all of it if absent. */
  gradientSpans?(output: Value): { start: number; length: number }[]
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
  /** Another value's line that this one is a part of, from float `offset` on. */
  home: { readonly value: Value; readonly offset: number } | undefined
  place: Place | undefined
  gradient: Place | undefined
  /** The gradient has been taken through the producer's own ReLU already. */
  gradientPastRelu = false

  constructor(name: string, shape: readonly number[], layout: Layout, producer: Dataflow) {
    this.name = name
    this.shape = shape
    this.layout = layout
    this.producer = producer
  }

  /** How a layer along the last axis sees it: as lines of the layout, or as one line where it was flattened. */
  get axis(): Axis {
    const { lines, width, stride } = this.layout
    const last = this.shape.at(-1) ?? 1
    return last === width
      ? { lines, stride, whole: false }
      : { lines: 1, stride: lines * stride, whole: true }
  }

  /** Whether many of its numbers may be zero: products that read it then look for them. */
  get hasZeros(): boolean {
    const { isView, inputs, leavesZeros } = this.producer
    return isView ? (inputs[0] as Value).hasZeros : leavesZeros === true
  }

  /** Whether it, or a view of it, is read as one stretch instead of line by line. */
  get readAsStretch(): boolean {
    return (
      this.axis.whole ||
      this.consumers.some(
        ({ isView, output }) => isView && (output.layout !== this.layout || output.readAsStretch),
      )
    )
  }

  /** The stretches of a line that a gradient is wanted for. */
  get gradientSpans(): { start: number; length: number }[] {
    return this.producer.gradientSpans?.(this) ?? [{ start: 0, length: this.layout.stride }]
  }
}

export interface Axis {
  readonly lines: number
  /** Floats from one line to the next, if the value has a place of its own. */
  readonly stride: number
  /** The whole sample is the axis. */
  readonly whole: boolean
}
