import type { Dataset } from '@treadle/core'
import { describeModel } from '@treadle/model'
import { type Runtime, checkWideSimd } from '@treadle/runtime'
import { type TrainEvent, type TrainResult, type TrainingState, train } from '@treadle/trainer'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { commandLine } from '../recipe/command-line.ts'
import type { Recipe } from '../recipe/schema.ts'
import { datasetRecord } from '../record/dataset.ts'
import { RECORD_FORMAT, type RunRecord } from '../record/record.ts'
import type { Run } from '../store/run.ts'
import { buildModel, modelDefinition } from './build-model.ts'
import type { RunSession } from './events.ts'
import { type Outcome, finishedTraining, setFinalWeights } from './finished-training.ts'
import type { RunOptions } from './options.ts'
import { prepareData } from './prepare-data.ts'
import { startRuntimeFor } from './start-runtime.ts'
import { trainerOptions } from './trainer-options.ts'
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
  const { recipe, data } = await prepareData(asked, options, record)
  const runtime = given ?? (await startRuntimeFor(recipe, signal))
  let model: LayersModel | undefined
  const close = async () => {
    model?.dispose()
    if (given === undefined) await runtime.dispose()
  }
  try {
    model = await buildModel(recipe, data)
    const finished = state && finishedTraining(state, recipe)
    if (finished) setFinalWeights(model, state, recipe)
    const training =
      finished ??
      train(model, data, {
        ...trainerOptions(recipe, data),
        ...(state && { resume: state }),
        ...(signal && { signal }),
        runtime,
      })
    signal?.throwIfAborted()
    const run = await openRun({ recipe, data, runtime, model })
    const definition = modelDefinition(recipe)
    const session = { recipe, definition, data, runtime, model, run, ...(state && { resumed: state }) }
    return { session, training, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** The record of a run that begins. */
export function newRecord({ recipe, data, runtime, model }: Parts, startedAt: Date): RunRecord {
  return {
    format: RECORD_FORMAT,
    startedAt: startedAt.toISOString(),
    seconds: 0,
    model: describeModel(model),
    dataset: datasetRecord(data),
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
