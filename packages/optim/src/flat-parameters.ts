/**
 * All trainable weights end to end, with gradients and slots of the same length. Every number is float32, and every
 * operation is rounded to float32, so the bits do not depend on the machine.
 */
export interface FlatParameters {
  readonly weights: Float32Array
  readonly gradients: Float32Array
  readonly slots: Readonly<Record<string, Float32Array>>
  /** Where each weight begins, and the end: length number of weights + 1. */
  readonly offsets: readonly number[]
}

/**
 * An update, or one part of it, in plain arithmetic. It works in place and may overwrite `gradients`.
 * `scalars` is what `advanceClock` returned.
 */
export type PlainUpdate = (parameters: FlatParameters, scalars: StepScalars) => void

/**
 * The float32 numbers that an update needs and that change from step to step: the learning rate, then the
 * optimizer's own, such as Adam's lr·√(1−β₂ᵗ)/(1−β₁ᵗ), then two for averaging, if there is any.
 */
export type StepScalars = ArrayLike<number>
