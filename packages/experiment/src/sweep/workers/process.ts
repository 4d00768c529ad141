/* The main module of a worker process of a sweep. */
import { isTreadleError } from '@treadle/core'
import type { LoggerSource, RunLogger } from '../../loggers/logger.ts'
import type { RunEvent } from '../../run/events.ts'
import { SweepFolder } from '../folder.ts'
import { bePresent } from '../presence.ts'
import { runTrial } from '../run-trial.ts'
import { SweepStudy } from '../sweep-study.ts'
import { type WorkerEnd, workOn } from '../worker.ts'
import type { Order, PlainRunEvent, Report, Work } from './messages.ts'

/** Steps are reported at most this often, in ms. */
const REPORT = 100

const abort = new AbortController()
let reported = -Infinity

const send = (report: Report) =>
  new Promise<void>((resolve) => {
    // A supervisor that is gone needs no report.
    if (process.connected) process.send?.(report, undefined, undefined, () => resolve())
    else resolve()
  })

process.on('message', (order: Order) => {
  if (order.type === 'abort') abort.abort()
  else void begin(order)
})
// Without its supervisor nobody watches over a worker. It saves its trial, which another one continues.
process.on('disconnect', () => abort.abort())
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => abort.abort())

async function begin(work: Work): Promise<void> {
  try {
    await send({ type: 'end', end: await (work.type === 'run' ? runOne(work) : takeTrials(work)) })
  } catch (error) {
    if (abort.signal.aborted) await send({ type: 'end', end: 'aborted' })
    else
      await send({
        type: 'error',
        code: isTreadleError(error) ? error.code : undefined,
        message: error instanceof Error ? error.message : String(error),
      })
  }
  process.exit()
}

async function takeTrials({
  folder,
  threads,
  trials,
  wait,
  loggers,
}: Extract<Work, { type: 'trials' }>): Promise<WorkerEnd> {
  let isBusy = false
  const study = await SweepStudy.open(await SweepFolder.join(folder), { trials, wait })
  const presence = await bePresent(folder)
  await send({ type: 'present', name: presence.name })
  return workOn(
    study,
    {
      signal: abort.signal,
      threads,
      wait,
      loggers: await makeLoggers(loggers),
      onChange: async () => {
        if (isBusy === study.isHeldBy(presence.name)) return
        isBusy = !isBusy
        await send({ type: 'change', isBusy })
      },
      onRun: ({ number }, event) => {
        if (isPlain(event) && isDue(event)) void send({ type: 'run', number, event })
      },
    },
    presence,
  )
}

async function runOne({
  recipe,
  directory,
  test,
  threads,
  loggers,
}: Extract<Work, { type: 'run' }>): Promise<WorkerEnd> {
  const { isStopped } = await runTrial(
    recipe,
    directory,
    { threads },
    {
      signal: abort.signal,
      test,
      loggers: await makeLoggers(loggers),
      onEvent: async (event) => {
        if (event.type === 'epoch') await send({ type: 'epoch', entry: event.entry })
        else if (isPlain(event) && isDue(event)) void send({ type: 'run', event })
      },
    },
  )
  return isStopped ? 'aborted' : 'exhausted'
}

/** Imported only then: they encode pictures and messages. */
async function makeLoggers(sources: readonly LoggerSource[]): Promise<RunLogger[]> {
  if (sources.length === 0) return []
  const { runLogger } = await import('../../loggers/index.ts')
  return sources.map(({ text, base }) => runLogger(text, base))
}

function isDue({ type }: RunEvent): boolean {
  if (type === 'warning') return true
  if (performance.now() - reported < REPORT) return false
  reported = performance.now()
  return true
}

const isPlain = (event: RunEvent): event is PlainRunEvent =>
  event.type === 'data-progress' || event.type === 'warning' || event.type === 'progress'
