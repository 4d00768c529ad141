import { basename } from 'node:path'
import { commandLine } from '../../recipe/command-line.ts'
import type { HistoryEntry } from '../../record/history.ts'
import type { RunSession } from '../../run/events.ts'
import type { RunResult } from '../../run/result.ts'
import { RECORD, RUN_FILES } from '../../store/files.ts'
import type { LoggerKind, RunLog } from '../logger.ts'
import { epochValues, settingsOf } from '../settings.ts'
import { type Address, addressOf } from './address.ts'
import { Outbox } from './outbox.ts'
import { Requests } from './requests.ts'
import { type Metric, type RunStatus, type TrackedRun, Tracking } from './tracking.ts'

/**
 * Logs runs to a tracking server of MLflow: the recipe as parameters, metrics by epoch, tags, and at the end the files of
 * the run. Requests are sent while the run goes on. A resumed run continues its log.
 */
export const mlflow: LoggerKind = {
  name: 'mlflow',
  description: 'a tracking server of MLflow, at URL or MLFLOW_TRACKING_URI',
  create(target) {
    const address = addressOf(target, process.env)
    return { name: 'mlflow', start: async (session) => startLog(session, address) }
  },
}

function startLog({ run, recipe, past }: RunSession, address: Address): RunLog {
  const tracking = new Tracking(new Requests(address))
  const outbox = new Outbox()
  const { location, record } = run
  const { versions, dataset } = record
  const startedAt = Date.parse(record.startedAt)
  const name = basename(location)
  let tracked: TrackedRun | undefined
  const add = (task: (tracked: TrackedRun) => Promise<void>) => {
    outbox.add(async () => {
      tracked ??= await tracking.openRun(address.experiment, {
        identity: `${name.replaceAll(/[^\w.-]/g, '_')}@${record.startedAt}`,
        run_name: name,
        start_time: startedAt,
      })
      await task(tracked)
    })
  }
  // The time of an epoch is that of training: it is the same when an epoch is sent again.
  let trained = 0
  const metricsOf = (entry: HistoryEntry): Metric[] => {
    trained += 1000 * (entry.seconds ?? 0)
    return asMetrics(epochValues(entry), Math.round(startedAt + trained), entry.epoch)
  }

  add((own) => tracking.setStatus(own, 'RUNNING'))
  add((own) => tracking.logParameters(own, texts(settingsOf(recipe))))
  add((own) =>
    tracking.setTags(own, {
      'mlflow.source.name': 'treadle',
      'mlflow.source.type': 'LOCAL',
      ...(versions['commit'] !== undefined && { 'mlflow.source.git.commit': versions['commit'] }),
      'treadle.command': commandLine(recipe),
      'treadle.data': dataset.name,
      'treadle.version': versions['treadle'] ?? '',
    }),
  )
  const before = past.flatMap(metricsOf)
  add((own) =>
    tracking.logMetrics(
      own,
      before.filter(({ step }) => step > own.step),
    ),
  )
  return {
    async epoch({ entry }) {
      const metrics = metricsOf(entry)
      add((own) => tracking.logMetrics(own, metrics))
    },
    async end(result) {
      if (result !== undefined && result.stopped !== 'aborted') addResult(result)
      add((own) => tracking.setStatus(own, statusOf(result), Date.now()))
      await outbox.close()
    },
  }

  function addResult({ run: { record: ended, store }, state }: RunResult): void {
    const tests = Object.entries(ended.test ?? {}).map(([key, value]) => [`test/${key}`, value] as const)
    const { epoch } = state()
    add((own) => tracking.logMetrics(own, asMetrics(tests, Math.round(startedAt + trained), epoch)))
    add((own) => tracking.setTags(own, { 'treadle.weights_sha256': ended.weightsSha256 ?? '' }))
    for (const file of [RECORD, ...RUN_FILES.filter((each) => !each.startsWith('checkpoints/'))])
      add(async (own) => {
        const bytes = own.artifacts === undefined ? undefined : await store.read(file)
        if (bytes !== undefined) await tracking.upload(own, file, new Uint8Array(bytes))
      })
  }
}

function statusOf(result: RunResult | undefined): RunStatus {
  if (result === undefined) return 'FAILED'
  return result.stopped === 'aborted' ? 'KILLED' : 'FINISHED'
}

const asMetrics = (
  values: readonly (readonly [name: string, value: number])[],
  timestamp: number,
  step: number,
): Metric[] =>
  // JSON has no other numbers.
  values
    .filter(([, value]) => Number.isFinite(value))
    .map(([key, value]) => ({ key, value, timestamp, step }))

const texts = (values: Readonly<Record<string, string | number | boolean>>) =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, String(value)]))
