import { TreadleError, type EpochLogs } from '@treadle/core'

/** When to stop before the last epoch; Keras's `EarlyStopping`. */
export interface EarlyStopping {
  /** One of the history's items; 'val_loss' unless given. Accuracies are to rise, the others to fall. */
  readonly monitor?: keyof EpochLogs
  /** Epochs in a row without improvement after which to stop; 0 unless given. */
  readonly patience?: number
  /** Least change that counts as improvement; 0 unless given. */
  readonly minDelta?: number
  /** Whether the model ends with the weights of its best epoch; true unless given. */
  readonly restoreBestWeights?: boolean
}

/** The best epoch so far, as a run carries it along. */
export interface BestSoFar {
  /** From 0. */
  readonly epoch: number
  readonly monitor: keyof EpochLogs
  readonly value: number
  /** Values of `model.weights` at its end. */
  readonly weights: readonly Float32Array[]
}

/** What early stopping has seen: part of a `TrainingState`. */
export interface StoppingState {
  readonly best?: BestSoFar
  /** Epochs since the best one. */
  readonly wait: number
}

export function resolveEarlyStopping(option: EarlyStopping): Required<EarlyStopping> {
  const resolved = {
    monitor: 'val_loss',
    patience: 0,
    minDelta: 0,
    restoreBestWeights: true,
    ...option,
  } as const
  const rules: [keyof EarlyStopping, boolean, string][] = [
    ['patience', Number.isInteger(resolved.patience) && resolved.patience >= 0, 'a whole number ≥ 0'],
    ['minDelta', Number.isFinite(resolved.minDelta) && resolved.minDelta >= 0, 'a number ≥ 0'],
  ]
  for (const [key, holds, rule] of rules) {
    if (!holds)
      throw new TreadleError(
        'TRAINER_BAD_OPTION',
        `earlyStopping: \`${key}\` (=${String(resolved[key])}) must be ${rule}.`,
      )
  }
  return resolved
}

/**
 * Takes in one epoch's figures.
 * @param weights called if this epoch is the best so far
 * @returns the new state, and whether to stop here
 */
export function watch(
  { monitor, patience, minDelta }: Required<EarlyStopping>,
  state: StoppingState,
  epoch: number,
  logs: EpochLogs,
  weights: () => readonly Float32Array[],
): { state: StoppingState; stop: boolean } {
  const value = logs[monitor] as number
  const sign = monitor.endsWith('accuracy') ? -1 : 1
  const best = state.best?.monitor === monitor ? state.best : undefined
  if (!best || sign * value < sign * best.value - minDelta) {
    return { state: { best: { epoch, monitor, value, weights: weights() }, wait: 0 }, stop: false }
  }
  const wait = state.wait + 1
  return { state: { best, wait }, stop: wait >= patience }
}
