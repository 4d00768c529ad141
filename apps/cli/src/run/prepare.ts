import { type Dataset, TreadleError } from '@treadle/core'
import { type ModelDefinition, describeModel } from '@treadle/model'
import type { Runtime } from '@treadle/runtime'
import {
  type TrainEvent,
  type TrainResult,
  type TrainingState,
  decodeTrainingState,
  train,
} from '@treadle/trainer'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { hostname } from 'node:os'
import { resolve } from 'node:path'
import { kindOf, loadData, predictedNames, sampleNotice } from '../data/load.ts'
import { runDirectoryName, untaken } from '../run-directory/name.ts'
import { RECORD_FORMAT, type RunRecord, type TrainRequest } from '../run-directory/record.ts'
import { RunDirectory, assertFree } from '../run-directory/run-directory.ts'
import type { Ui } from '../terminal/ui.ts'
import { type Outcome, completedOutcome, restoreWeights } from './completed.ts'
import { buildModel, findModel } from './model.ts'
import { commandLine } from './command-line.ts'
import { trainOptions } from './options.ts'
import { startFor } from './start.ts'
import type { NewRun, ResumedRun } from './task.ts'
import { versions } from './versions.ts'

/** All that training one run needs. */
export interface TrainSession {
  readonly request: TrainRequest
  readonly definition: ModelDefinition
  readonly data: Dataset
  readonly runtime: Runtime
  readonly model: LayersModel
  readonly directory: RunDirectory
  /** Training, checked but not begun; or how it ended, if a resumed run has no epochs left. */
  readonly training: AsyncGenerator<TrainEvent, TrainResult, void> | Outcome
  /** Where a resumed run goes on. */
  readonly state?: TrainingState
  /** Frees model and runtime. */
  close(): Promise<void>
}

export async function prepareFresh({ request, out, force = false }: NewRun, ui: Ui): Promise<TrainSession> {
  const definition = findModel(request.model)
  if (out !== undefined) await assertFree(out, { force })
  const { cwd } = ui.context
  return bringUp({ definition, request, ui }, async ({ data, runtime, model }) => {
    const startedAt = new Date()
    const path =
      out ??
      (await untaken(resolve(cwd, runDirectoryName(request.model, data.name, request.seed, startedAt))))
    const record: RunRecord = {
      format: RECORD_FORMAT,
      status: 'running',
      process: { pid: process.pid, host: hostname() },
      command: commandLine(request),
      startedAt: startedAt.toISOString(),
      seconds: 0,
      request,
      model: describeModel(model),
      dataset: {
        name: data.name,
        kind: kindOf(data),
        names: predictedNames(data),
        source: data.source,
        train: data.train.count,
        test: data.test.count,
      },
      backend: backendOf(runtime),
      executor: request.executor,
      versions: versions(),
    }
    return RunDirectory.create(path, record, { force })
  })
}

export async function prepareResumed(task: ResumedRun, ui: Ui): Promise<TrainSession> {
  const directory = await RunDirectory.open(task.resume)
  directory.assertIdle()
  const bytes = await directory.readCheckpoint('last')
  if (bytes === undefined) {
    throw new TreadleError(
      'CLI_RUN_NO_CHECKPOINT',
      `${directory.path} has no checkpoint: the run ended before its first epoch did. Start it again with\n  ${directory.record.command}`,
    )
  }
  const state = decodeTrainingState(bytes)
  const { record } = directory
  const request: TrainRequest = {
    ...record.request,
    ...(task.epochs !== undefined && { epochs: task.epochs }),
    ...(task.threads !== undefined && { threads: task.threads }),
  }
  if (record.status === 'early-stopping') {
    throw new TreadleError(
      'CLI_RUN_FINISHED',
      `Early stopping ended this run; there is nothing to go on with. Train anew with other options.`,
    )
  }
  if (record.status === 'finished' && state.epoch >= request.epochs) {
    throw new TreadleError(
      'CLI_RUN_FINISHED',
      `This run has finished its ${state.epoch} epochs. Prolong it with \`--epochs\` above ${state.epoch}, or see \`treadle report\`.`,
    )
  }
  return bringUp(
    { definition: findModel(request.model), request, ui, state, record },
    async ({ runtime }) => {
      await directory.update({
        status: 'running',
        process: { pid: process.pid, host: hostname() },
        request,
        command: commandLine(request),
        backend: backendOf(runtime),
        versions: versions(),
      })
      return directory
    },
  )
}

interface Parts {
  readonly data: Dataset
  readonly runtime: Runtime
  readonly model: LayersModel
}

interface Wanted {
  readonly definition: ModelDefinition
  readonly request: TrainRequest
  readonly ui: Ui
  readonly state?: TrainingState
  /** Of the run that goes on. */
  readonly record?: RunRecord
}

/**
 * Loads data, starts the runtime, builds the model and has the trainer check it all; only then opens the run, so that
 * what is refused leaves no directory behind. Undoes what it did if anything fails.
 */
async function bringUp(
  { definition, request, ui, state, record }: Wanted,
  openRun: (parts: Parts) => Promise<RunDirectory>,
): Promise<TrainSession> {
  const { signal } = ui.context
  const data = await loadData(request.data, ui, request.seed)
  if (record !== undefined) assertSameData(record, data)
  const notice = sampleNotice(data, ui)
  if (notice !== undefined) ui.notice(notice)
  const runtime = await startFor(request, signal)
  let model: LayersModel | undefined
  const close = async () => {
    model?.dispose()
    await runtime.dispose()
  }
  try {
    model = await buildModel(definition, data, request)
    const resume = state === undefined ? {} : { resume: state }
    const completed = state && completedOutcome(state, request)
    if (completed) restoreWeights(model, state)
    const training = completed ?? train(model, data, { ...trainOptions(request), ...resume, runtime, signal })
    signal.throwIfAborted()
    const directory = await openRun({ data, runtime, model })
    return { request, definition, data, runtime, model, training, directory, close, ...(state && { state }) }
  } catch (error) {
    await close()
    throw error
  }
}

const backendOf = ({ backendName, simd, threads, fastMath }: Runtime) => ({
  name: backendName,
  simd,
  threads,
  ...(fastMath && { fastMath }),
})

function assertSameData(record: RunRecord, data: Dataset): void {
  const [before, now] = [record.dataset.source.sha256, data.source.sha256]
  const changed = Object.keys({ ...before, ...now }).filter((name) => before[name] !== now[name])
  if (changed.length === 0) return
  throw new TreadleError(
    'CLI_RUN_OTHER_DATA',
    `The data are not those the run was begun with: ${changed.join(', ')} ${changed.length === 1 ? 'differs' : 'differ'} ` +
      `(${record.dataset.name} from ${record.dataset.source.location ?? record.dataset.source.kind} then, ` +
      `${data.name} from ${data.source.location ?? data.source.kind} now). Bring them back, or train anew.`,
  )
}
