import { type TrainResult, encodeTrainingState } from '@treadle/trainer'
import { type HistoryEntry, rankingLoss } from '../record/history.ts'
import type { RunSession } from './events.ts'
import type { RunOptions } from './options.ts'
import type { PreparedRun } from './prepare.ts'

/** Trains to the end or until the signal stops it, and writes a checkpoint and a line of history after each epoch. */
export async function trainRun(
  session: RunSession,
  training: Extract<PreparedRun['training'], AsyncGenerator>,
  { onEvent }: RunOptions,
): Promise<TrainResult> {
  const { run, past } = session
  const before = run.record.seconds
  const began = performance.now()
  const seconds = () => before + (performance.now() - began) / 1000
  let best = Math.min(...past.map(rankingLoss))
  let executor: string | undefined
  await run.replaceHistory(past)

  for await (const event of training) {
    if (event.type === 'done') {
      await run.update({ seconds: seconds() })
      return event
    }
    if (event.type === 'progress') {
      await onEvent?.(event)
      if (executor === undefined) await run.update({ executor: (executor = event.executor) })
      continue
    }
    const { epoch, logs, learningRate } = event
    const entry: HistoryEntry = { epoch: epoch + 1, ...logs, learningRate, seconds: event.seconds }
    const isBest = rankingLoss(entry) < best
    if (isBest) best = rankingLoss(entry)
    const bytes = encodeTrainingState(event.state())
    // The checkpoint first: it has a history of its own, so that a crash in between loses nothing.
    await run.writeCheckpoint('last', bytes)
    if (isBest) await run.writeCheckpoint('best', bytes)
    await run.appendHistory(entry)
    await run.update({ seconds: seconds() })
    await onEvent?.({ type: 'epoch', entry, best: isBest, session, state: () => event.state() })
  }
  throw new Error('training ended without a result')
}
