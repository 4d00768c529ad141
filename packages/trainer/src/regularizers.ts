/** l1·Σ|w| + l2·Σw² of one weight, added to the loss; gradient l1·sign(w) + 2·l2·w. */
export interface WeightPenalty {
  /** Index into `model.trainableWeights`. */
  readonly weight: number
  readonly l1: number
  readonly l2: number
}
