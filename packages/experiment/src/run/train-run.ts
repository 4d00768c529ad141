import { type TrainResult, encodeTrainingState } from '@treadle/trainer'
import { type HistoryEntry, rankingLoss } from '../record/history.ts'
import { checkpointFile } from '../store/files.ts'
import type { RunSession } from './events.ts'
import type { RunLogs } from './log-run.ts'
import type { RunOptions } from './options.ts'
import { saveSnapshot } from './snapshots.ts'
import type { PreparedRun } from './prepare.ts'

/** Trains to the end or until the signal stops it, and writes a checkpoint and a line of history after each epoch. */
export async function trainRun(
  session: RunSession,
  training: Extract<PreparedRun['training'], AsyncGenerator>,
  { onEvent }: RunOptions,
  runLogs: RunLogs,
): Promise<TrainResult> {
  const { run, past } = session
  const before = run.record.seconds
  const began = performance.now()
  const seconds = () => before + (performance.now() - began) / 1000
  let lowest = Math.min(...past.map(rankingLoss))
  const entries = [...past]
  let executor: string | undefined

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
    const isBest = rankingLoss(entry) < lowest
    if (isBest) lowest = rankingLoss(entry)
    const bytes = encodeTrainingState(event.state())
    // The last checkpoint completes the epoch. After a crash before it, the epoch is trained again to the same bits.
    await run.appendHistory(entry)
    // Before the checkpoint, after which a resumed run does not train this epoch again.
    await saveSnapshot(session, entry.epoch)
    const best = isBest ? { [checkpointFile('best')]: bytes } : undefined
    try {
      await run.writeAll({ ...best, [checkpointFile('last')]: bytes }, { seconds: seconds() })
    } catch (error) {
      await run.replaceHistory(entries).catch(() => {})
      throw error
    }
    entries.push(entry)
    const finished = { type: 'epoch', entry, best: isBest, session, state: () => event.state() } as const
    await runLogs.epoch(finished)
    await onEvent?.(finished)
  }
  throw new Error('training ended without a result')
}
