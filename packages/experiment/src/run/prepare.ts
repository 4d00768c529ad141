import type { Dataset } from '@treadle/core'
import { describeModel } from '@treadle/model'
import { type Runtime, checkWideSimd } from '@treadle/runtime'
import type { TrainEvent, TrainResult, TrainingState } from '@treadle/trainer'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { commandLine } from '../recipe/command-line.ts'
import type { Recipe } from '../recipe/schema.ts'
import { datasetRecord } from '../record/dataset.ts'
import { RECORD_FORMAT, type RunRecord } from '../record/record.ts'
import type { Run } from '../store/run.ts'
import { assertSameBase, baseRecord, preparedAs } from '../transfer/base-record.ts'
import { transferOf } from '../transfer/definition.ts'
import { type Base, openBase } from '../transfer/open-base.ts'
import { trainingOf } from '../transfer/training.ts'
import { buildModel, modelDefinition } from './build-model.ts'
import type { RunSession } from './events.ts'
import type { Outcome } from './finished-training.ts'
import type { RunOptions } from './options.ts'
import { prepareData } from './prepare-data.ts'
import { startRuntimeFor } from './start-runtime.ts'
import { changesImages } from './trainer-options.ts'
import { versions } from './versions.ts'

/** A run that is ready to train. */
export interface PreparedRun {
  readonly session: Omit<RunSession, 'past'>
  /** Training, checked but not begun; or how it ended, if a resumed run has no epochs left. */
  readonly training: AsyncGenerator<TrainEvent, TrainResult, void> | Outcome
  /** Frees the model, and the runtime unless the caller gave it. */
  readonly close: () => Promise<void>
}

interface Task {
  readonly recipe: Recipe
  readonly options: RunOptions
  readonly state?: TrainingState
  /** Of the run that is continued. */
  readonly record?: RunRecord
  /** Opens or creates the run, once everything else is ready. */
  readonly openRun: (parts: Parts) => Promise<Run>
}

interface Parts {
  /** With what the data decide. */
  readonly recipe: Recipe
  readonly data: Dataset
  readonly runtime: Runtime
  readonly model: LayersModel
  readonly base?: NonNullable<RunRecord['base']>
}

/**
 * Loads the data, starts the runtime, builds the model and has the trainer check all of it. Only then it opens the
 * run, so that a mistake leaves no directory behind. Frees everything on an error.
 */
export async function prepare({
  recipe: asked,
  options,
  state,
  record,
  openRun,
}: Task): Promise<PreparedRun> {
  const { signal, runtime: given } = options
  // Before anything is read: the command restarts itself on this error.
  if (given === undefined) checkWideSimd(asked.training.wideSimd)
  const transferred = transferOf(asked)
  let runtime = given
  let base: Base | undefined
  let model: LayersModel | undefined
  const close = async () => {
    model?.dispose()
    if (given === undefined) await runtime?.dispose()
  }
  try {
    if (transferred !== undefined) {
      // The base decides how the data are prepared.
      runtime ??= await startRuntimeFor(asked, signal)
      base = await openBase(transferred.base, signal)
      if (record !== undefined) await assertSameBase(record, base)
      if (changesImages(asked)) await options.onEvent?.({ type: 'warning', warning: FEATURES_CHANGE })
    }
    const kept = base && preparedAs(base, asked)
    const { recipe, data } = await prepareData(asked, options, record, kept)
    runtime ??= await startRuntimeFor(recipe, signal)
    model = await buildModel(recipe, data, base)
    const training = trainingOf(recipe, { model, data, runtime, signal, state })
    signal?.throwIfAborted()
    const run = await openRun({ recipe, data, runtime, model, ...(base && { base: await baseRecord(base) }) })
    const definition = modelDefinition(recipe)
    const session = { recipe, definition, data, runtime, model, run, ...(state && { resumed: state }) }
    return { session, training, close }
  } catch (error) {
    await close()
    throw error
  } finally {
    base?.model.dispose()
  }
}

const FEATURES_CHANGE = {
  code: 'EXPERIMENT_FEATURES_NOT_CACHED',
  level: 'note',
  message:
    'Augmentation or image scales make other pictures in each epoch, so the features of the base cannot be kept: the base runs in every step, and training takes longer.',
} as const

/** The record of a run that begins. */
export function newRecord({ recipe, data, runtime, model, base }: Parts, startedAt: Date): RunRecord {
  return {
    format: RECORD_FORMAT,
    startedAt: startedAt.toISOString(),
    seconds: 0,
    model: describeModel(model),
    dataset: datasetRecord(data),
    ...(base && { base }),
    executor: recipe.training.executor,
    ...runningRecord(recipe, runtime),
  }
}

/** What changes in the record of a run when it starts, and when it is continued. */
export function runningRecord(recipe: Recipe, runtime: Runtime) {
  const { backendName, simd, threads, fastMath, wideSimd } = runtime
  return {
    status: 'running' as const,
    command: commandLine(recipe),
    recipe,
    backend: {
      name: backendName,
      simd,
      threads,
      ...(fastMath && { fastMath }),
      ...(wideSimd && { wideSimd }),
    },
    versions: versions(),
  }
}
