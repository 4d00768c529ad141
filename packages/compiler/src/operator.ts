import type { Emitter } from './emitter.ts'
import type { Parameter } from './parameter.ts'
import type { Value } from './value.ts'

/** A step of the computation with its way back. Layers are made of these. */
export interface Operator {
  /** The layer it came from. */
  readonly layer: string
  readonly inputs: readonly Value[]
  readonly output: Value
  /** The weights it trains or uses. */
  readonly parameters: readonly Parameter[]
  /** It gives its input another shape and leaves it where it is. */
  readonly isView?: boolean
  /** Many of the numbers in its output may be zero. */
  readonly leavesZeros?: boolean
  /** Emits what computes `output` from `inputs`. */
  forward(emit: Emitter): void
  /** Emits what takes `output`'s gradient to those inputs and parameters that need one. */
  backward(emit: Emitter): void
  gradientSpans?(output: Value): { start: number; length: number }[]
}
