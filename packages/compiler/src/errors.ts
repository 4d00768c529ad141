import { TreadleError } from '@treadle/core'

/** A layer, or the model as a whole, that the compiler has no program for. `auto` executors fall back on it. */
export class UnsupportedModelError extends TreadleError {
  /** The layer's name, where the reason is a layer. */
  readonly layer: string | undefined
  /** Fit for "cannot be compiled: …", without a full stop. */
  readonly reason: string

  constructor(reason: string, layer?: string) {
    super(
      'COMPILER_UNSUPPORTED_MODEL',
      `Compiling the model: ${layer === undefined ? '' : `layer \`${layer}\`: `}${reason}. Train or run it with the eager executor instead.`,
    )
    this.layer = layer
    this.reason = reason
  }
}
