import type { EpochLogs } from '@treadle/core'
import {
  type Optimizer,
  type EpochEvent,
  type ProgressEvent,
  type TrainResult,
  adam,
  adamW,
  encodeTrainingState,
  sgd,
  train,
} from '@treadle/trainer'
import type { HistoryEntry, TrainRequest } from '../run-directory/record.ts'
import type { Ui } from '../terminal/ui.ts'
import { EpochTable } from './epoch-table.ts'
import type { TrainSession } from './prepare.ts'

const OPTIMIZERS = { adam, adamw: adamW, sgd }

function optimizerOf({ optimizer, learningRate }: TrainRequest): Optimizer {
  return OPTIMIZERS[optimizer](learningRate === undefined ? {} : { learningRate })
}

/** Trains to the end or to the abort, keeping checkpoint and history on the disk and progress on the screen. */
export async function trainLoop(session: TrainSession, ui: Ui): Promise<TrainResult> {
  const { request, definition, data, model, runtime, directory, state } = session
  const { earlyStopping, validationSplit, epochs, batchSize, seed, executor } = request
  const table = new EpochTable(definition.task, epochs, ui.out.colors)
  const before = directory.record.seconds
  const begun = performance.now()
  const seconds = () => before + (performance.now() - begun) / 1000

  ui.print(`\n${table.head()}`)
  const past = state === undefined ? [] : entriesOf(state.history)
  await directory.replaceHistory(past)
  for (const entry of past) ui.print(table.row(entry))

  const events = train(model, data, {
    epochs,
    batchSize,
    seed,
    executor,
    runtime,
    optimizer: optimizerOf(request),
    signal: ui.context.signal,
    validation: validationSplit === undefined ? 'test' : { split: validationSplit },
    ...(earlyStopping !== undefined && { earlyStopping: { patience: earlyStopping } }),
    ...(state !== undefined && { resume: state }),
  })
  for (;;) {
    const next = await events.next()
    if (next.done) return next.value
    if (next.value.type === 'progress') ui.progress.update(progressOf(next.value))
    else if (next.value.type === 'epoch') await keepEpoch(next.value)
  }

  async function keepEpoch(event: EpochEvent): Promise<void> {
    const { epoch, logs, learningRate } = event
    const entry: HistoryEntry = { epoch: epoch + 1, ...logs, learningRate, seconds: event.seconds }
    const bytes = encodeTrainingState(event.state())
    // The checkpoint first: it brings its own history along, so a crash in between loses nothing.
    await directory.writeCheckpoint('last', bytes)
    if (table.isBest(entry)) await directory.writeCheckpoint('best', bytes)
    await directory.appendHistory(entry)
    await directory.update({ seconds: seconds() })
    ui.print(table.row(entry))
  }

  function progressOf(event: ProgressEvent) {
    const { epoch, step, steps, samplesPerSecond } = event
    return {
      label: `Epoch ${String(epoch + 1).padStart(String(epochs).length)}/${epochs}`,
      value: step,
      total: steps,
      counted: `${step}/${steps}`,
      rate: samplesPerSecond / batchSize,
      figures: [
        `loss ${event.loss.toFixed(4)}`,
        ...(event.accuracy === undefined ? [] : [`accuracy ${event.accuracy.toFixed(4)}`]),
      ],
    }
  }
}

/** Lines of `history.jsonl` for figures that a checkpoint brings along. */
function entriesOf(history: { readonly [Item in keyof EpochLogs]: readonly number[] }): HistoryEntry[] {
  const items = Object.entries(history) as [keyof EpochLogs, readonly number[]][]
  return (history.loss ?? []).map((_, i) => ({
    epoch: i + 1,
    ...Object.fromEntries(items.map(([name, values]) => [name, values[i]])),
  })) as HistoryEntry[]
}
