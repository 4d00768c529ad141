import { checkOptions, higherIsBetter, TreadleError, type EpochLogs, show } from '@treadle/core'

/** Conditions for the end of a run before its last epoch, as in Keras's `EarlyStopping`. */
export interface EarlyStopping {
  /** A metric of the history; the default is 'val_loss'.  */
  readonly monitor?: keyof EpochLogs | (string & {})
  /**
   * Whether a lower or a higher value is better. The default is 'auto': higher for accuracies, precision, recall and
   * AUC, lower for all others.
   */
  readonly mode?: 'auto' | 'min' | 'max'
  /** Consecutive epochs without improvement before the run stops, at least 0; the default is 0. */
  readonly patience?: number
  /** A change must exceed this value to count as an improvement; at least 0; the default is 0. */
  readonly minDelta?: number
  /** Whether the model gets the weights of its best epoch at the end; the default is true. */
  readonly restoreBestWeights?: boolean
}

/** The best epoch so far. */
export interface BestSoFar {
  /** From 0. */
  readonly epoch: number
  readonly monitor: string
  readonly value: number
  /** Values of `model.weights` at the end of that epoch. */
  readonly weights: readonly Float32Array[]
}

/** Progress of early stopping, part of a `TrainingState`. */
export interface StoppingState {
  readonly best?: BestSoFar
  /** Epochs since the best one. */
  readonly wait: number
}

export function resolveEarlyStopping(option: EarlyStopping): Required<EarlyStopping> {
  checkOptions('earlyStopping', option, {
    monitor: 'string',
    mode: 'string',
    patience: 'any',
    minDelta: 'any',
    restoreBestWeights: 'boolean',
  })
  const resolved = {
    monitor: 'val_loss',
    mode: 'auto',
    patience: 0,
    minDelta: 0,
    restoreBestWeights: true,
    ...option,
  } as const
  const rules: [keyof EarlyStopping, boolean, string][] = [
    ['mode', ['auto', 'min', 'max'].includes(resolved.mode), "'auto', 'min' or 'max'"],
    ['patience', Number.isInteger(resolved.patience) && resolved.patience >= 0, 'a whole number ≥ 0'],
    ['minDelta', Number.isFinite(resolved.minDelta) && resolved.minDelta >= 0, 'a number ≥ 0'],
  ]
  for (const [key, holds, rule] of rules) {
    if (!holds)
      throw new TreadleError(
        'TRAINER_BAD_OPTION',
        `earlyStopping: \`${key}\` (=${show(resolved[key])}) must be ${rule}.`,
      )
  }
  return resolved
}

/**
 * Compares the metrics of one epoch with the best epoch so far.
 * @param weights called if this epoch is the best so far
 * @returns the new state, and whether the run stops after this epoch
 */
export function watch(
  { monitor, mode, patience, minDelta }: Required<EarlyStopping>,
  state: StoppingState,
  epoch: number,
  logs: EpochLogs,
  weights: () => readonly Float32Array[],
): { state: StoppingState; stop: boolean } {
  const value = logs[monitor as keyof EpochLogs] as number
  const higher = mode === 'auto' ? higherIsBetter(monitor) : mode === 'max'
  const sign = higher ? -1 : 1
  const best = state.best?.monitor === monitor ? state.best : undefined
  if (!best || sign * value < sign * best.value - minDelta) {
    return { state: { best: { epoch, monitor, value, weights: weights() }, wait: 0 }, stop: false }
  }
  const wait = state.wait + 1
  return { state: { best, wait }, stop: wait >= patience }
}
