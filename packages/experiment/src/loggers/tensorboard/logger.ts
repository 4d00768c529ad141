import { basename, join, resolve } from 'node:path'
import { TreadleError } from '@treadle/core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { HistoryEntry } from '../../record/history.ts'
import type { RunSession } from '../../run/events.ts'
import type { RunResult } from '../../run/result.ts'
import type { LoggerKind, RunLog } from '../logger.ts'
import { epochValues, settingsOf } from '../settings.ts'
import { confusionImage } from './confusion-image.ts'
import { EventFile, lastLoggedStep } from './event-file.ts'
import { histogramOf } from './histogram.ts'
import {
  type SummaryValue,
  histogram,
  image,
  scalar,
  sessionEnd,
  sessionStart,
  startEvent,
  summaryEvent,
} from './messages.ts'

/**
 * Writes event files for TensorBoard: into the run directory, or with a folder into the folder of the run's name in
 * it. A step is an epoch, counted from 1 as in `history.jsonl`.
 */
export const tensorboard: LoggerKind = {
  name: 'tensorboard',
  description: 'event files for TensorBoard, in the run directory or in DIR/RUN',
  create(target, base) {
    const folder = target === undefined ? undefined : resolve(base, target)
    return { name: 'tensorboard', start: (session) => startLog(session, folder) }
  },
}

async function startLog({ run, recipe, past }: RunSession, above: string | undefined): Promise<RunLog> {
  const folder = folderOf(run, above)
  const { startedAt } = run.record
  // After a crash between the checkpoint of an epoch and its events, or an epoch without this logger.
  const logged = Math.min(past.length, past.length === 0 ? 0 : await lastLoggedStep(folder, startedAt))
  const file = await EventFile.create(folder, startedAt)
  const settings = sessionStart(settingsOf(recipe), { group: basename(run.location), time: now() })
  await file.append([
    startEvent({ time: now(), step: logged + 1 }),
    summaryEvent({ time: now(), step: 0 }, [settings]),
    ...past.slice(logged).map((entry) => summaryEvent({ time: now(), step: entry.epoch }, scalarsOf(entry))),
  ])
  return {
    async epoch({ entry, session }) {
      const values = [...scalarsOf(entry), ...weightHistograms(session.model)]
      await file.append([summaryEvent({ time: now(), step: entry.epoch }, values)])
    },
    async end(result) {
      if (result?.stopped === 'aborted') return
      const moment = { time: now(), step: result?.state().epoch ?? 0 }
      const tested = result === undefined ? [] : testValues(result)
      await file.append([
        ...(tested.length === 0 ? [] : [summaryEvent(moment, tested)]),
        summaryEvent({ ...moment, step: 0 }, [sessionEnd(result !== undefined, now())]),
      ])
    },
  }
}

const now = () => Date.now() / 1000

function folderOf({ location, store }: RunSession['run'], above: string | undefined): string {
  if (above !== undefined) return join(above, basename(location))
  if (store.shared) return location
  throw new TreadleError(
    'EXPERIMENT_LOG_NEEDS_FOLDER',
    'tensorboard: a run without a directory has no place for its event files. Name a folder: tensorboard=DIR.',
  )
}

const scalarsOf = (entry: HistoryEntry): SummaryValue[] =>
  epochValues(entry).map(([name, value]) => scalar(name, value))

function weightHistograms({ weights }: LayersModel): SummaryValue[] {
  return weights.flatMap((weight) => {
    const found = histogramOf(weight.read().dataSync())
    return found === undefined ? [] : [histogram(`weights/${weight.originalName}`, found)]
  })
}

/** The metrics on the test samples, and the confusion matrix of a classifier. */
function testValues({ run, analysis }: RunResult): SummaryValue[] {
  const metrics = Object.entries(run.record.test ?? {}).map(([name, value]) => scalar(`test/${name}`, value))
  const tested = analysis?.tested
  if (tested?.kind !== 'classifier') return metrics
  const picture = confusionImage(tested.analysis.matrix, run.record.dataset.names)
  return picture === undefined ? metrics : [...metrics, image('confusion_matrix', picture)]
}
