/** Some samples with what a model answers. */
export interface ScoredSamples {
  /** Probabilities, row-major, shape [rows, units]. */
  readonly outputs: Float32Array
  readonly units: number
  /** Class indices [rows] of more than one unit, or targets of the shape of `outputs`. */
  readonly targets: Int32Array | Float32Array
}

/** A metric that is accumulated over the batches of an epoch, as a metric of Keras. */
export interface EpochMetric {
  /** How many sums it keeps. They begin with 0. */
  readonly size: number
  /** Adds samples to the sums, which begin at `from` of `sums`. */
  add(samples: ScoredSamples, sums: number[], from: number): void
  /** The value over all samples that were added. */
  value(sums: readonly number[], from: number): number
}

/** Whether the targets are class indices. */
export function areIndices({ outputs, units, targets }: ScoredSamples): boolean {
  return units > 1 && targets.length * units === outputs.length
}

/** Calls `visit` with each output and whether its target is positive, as Keras reads it: not 0. */
export function eachOutput(
  samples: ScoredSamples,
  classId: number | undefined,
  visit: (output: number, positive: boolean) => void,
): void {
  const { outputs, units, targets } = samples
  const indices = areIndices(samples)
  for (let i = 0; i < outputs.length; i++) {
    const unit = i % units
    if (classId !== undefined && unit !== classId) continue
    const target = indices ? targets[(i - unit) / units] === unit : targets[i] !== 0
    visit(outputs[i] as number, target)
  }
}

/** a / b, or 0 where b is 0. */
export function ratio(a: number, b: number): number {
  return b === 0 ? 0 : a / b
}
