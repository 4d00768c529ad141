import type { Emitter } from './emitter.ts'
import type { Parameter } from './parameter.ts'
import type { Storage } from './storage.ts'
import type { Dataflow } from './value.ts'

/** A step of the computation, forward and backward. Layers are made of operators. */
export interface Operator extends Dataflow {
  /** The layer it came from. */
  readonly layer: string
  /** The weights it trains or uses. */
  readonly parameters: readonly Parameter[]
  /** Tables whose contents are known before their addresses; set by `forward` and `backward`. */
  readonly tables?: readonly { storage: Storage; contents: Int32Array }[]
  /** Emits what computes `output` from `inputs`. */
  forward(emit: Emitter): void
  /** Emits what takes the gradient of `output` to those inputs and parameters that need one. */
  backward(emit: Emitter): void
}
