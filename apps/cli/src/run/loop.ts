import type { History } from '@treadle/core'
import {
  type EpochEvent,
  type ProgressEvent,
  type TrainEvent,
  type TrainResult,
  encodeTrainingState,
} from '@treadle/trainer'
import type { HistoryEntry } from '../run-directory/record.ts'
import type { Ui } from '../terminal/ui.ts'
import { EpochTable } from './epoch-table.ts'
import { fact } from './head.ts'
import type { TrainSession } from './prepare.ts'

/**
 * Trains to the end or to the abort, keeping checkpoint and history on the disk and progress on the screen.
 */
export async function trainLoop(
  session: TrainSession,
  events: AsyncGenerator<TrainEvent, TrainResult, void>,
  ui: Ui,
): Promise<TrainResult> {
  const { request, definition, directory, state } = session
  const { epochs, batchSize } = request
  const table = new EpochTable(definition.task, epochs, ui.out.colors)
  const before = directory.record.seconds
  const begun = performance.now()
  const seconds = () => before + (performance.now() - begun) / 1000
  const past = state === undefined ? [] : pastEpochs(state.history, await directory.readHistory())
  await directory.replaceHistory(past)

  let started = false
  for await (const event of events) {
    if (event.type === 'done') {
      await directory.update({ seconds: seconds() })
      return event
    }
    if (event.type === 'epoch') await keepEpoch(event)
    else await showProgress(event)
  }
  throw new Error('training ended without a result')

  async function showProgress(event: ProgressEvent): Promise<void> {
    if (!started) {
      started = true
      ui.print(
        fact('Executor', [event.executor, ...event.notes].join('; not '), ui) +
          `\n${table.head()}${past.map((entry) => table.row(entry)).join('')}`,
      )
      await directory.update({ executor: event.executor })
    }
    const { epoch, step, steps, samplesPerSecond, loss, accuracy, mae } = event
    ui.progress.update({
      label: `Epoch ${String(epoch + 1).padStart(String(epochs).length)}/${epochs}`,
      value: step,
      total: steps,
      counted: `${step}/${steps}`,
      rate: samplesPerSecond / batchSize,
      left: 'left in epoch',
      figures: [
        `loss ${loss.toFixed(4)}`,
        ...(accuracy === undefined ? [] : [`accuracy ${accuracy.toFixed(4)}`]),
        ...(mae === undefined ? [] : [`mae ${mae.toFixed(4)}`]),
      ],
    })
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
}

/** The epochs that a checkpoint brings along, with what `history.jsonl` knows besides. */
function pastEpochs(history: History, recorded: readonly HistoryEntry[]): HistoryEntry[] {
  const figures = Object.entries(history) as [keyof History, number[]][]
  return history.loss.map((_, i) => ({
    ...recorded[i],
    epoch: i + 1,
    ...Object.fromEntries(figures.map(([name, values]) => [name, values[i]])),
  })) as HistoryEntry[]
}
