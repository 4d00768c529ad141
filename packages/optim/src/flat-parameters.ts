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
 * `stepSize` is what `advanceClock` returned, `learningRate` is float32.
 */
export type PlainUpdate = (parameters: FlatParameters, stepSize: number, learningRate: number) => void
