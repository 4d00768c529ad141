import { randomUUID } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { resolve as absolute } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { TreadleError, checkArgument, checkOptions, show } from '@treadle/core'
import type { HistoryEntry } from '@treadle/experiment'
import { Queue, Worker } from 'bullmq'
import { FolderCheckpoints } from '../checkpoints/folder.ts'
import { RedisCheckpoints } from '../checkpoints/redis.ts'
import { QUEUE } from '../job.ts'
import { keys } from '../keys.ts'
import { isOfConnection, openRedis } from '../redis.ts'
import { TrainingThread } from '../training/training-thread.ts'
import { workerName } from '../workers.ts'
import { JobRun, type JobServices } from './job-run.ts'

export interface QueueWorkerOptions {
  /** Ends the worker: its jobs go back to the queue with a checkpoint. */
  readonly signal?: AbortSignal
  /** Jobs at once, each in a thread of its own. 1 unless given. */
  readonly workers?: number
  /** Threads of each job. The jobs share the cores unless given. */
  readonly threads?: number
  /** A training without progress for so long is ended, and its job is tried again, in seconds. 600 unless given. */
  readonly patience?: number
  /** A folder that all machines share, for checkpoints and results. In Redis unless given. */
  readonly checkpoints?: string
  /** The folder that holds data of jobs by name. Without it, jobs have built-in data only. */
  readonly dataRoot?: string
  readonly onEvent?: (event: QueueWorkerEvent) => void
  /** How long a worker is taken as alive without a sign, in ms, at least 1000. 15000 unless given. */
  readonly lockDuration?: number
}

export type QueueWorkerEvent =
  /** It is connected and takes jobs. */
  | { readonly type: 'ready' }
  | { readonly type: 'job-start'; readonly id: string; readonly model: string }
  | { readonly type: 'job-end'; readonly id: string; readonly stopped: string }
  /** A job was refused, has failed, or is given back. */
  | { readonly type: 'job-failed'; readonly id: string; readonly message: string }
  /** An epoch of a job is finished. */
  | { readonly type: 'job-epoch'; readonly id: string; readonly entry: HistoryEntry }
  /** Such as a lost connection, which is made again. */
  | { readonly type: 'warning'; readonly message: string }

/**
 * Takes training runs from a queue and carries them out, until the signal.
 * @param url `redis://HOST:PORT` or, with TLS, `rediss://HOST:PORT`; a password is in it or in TREADLE_REDIS_PASSWORD
 * @throws TreadleError `QUEUE_BAD_URL`, `QUEUE_UNREACHABLE`, `QUEUE_BAD_OPTION`, `QUEUE_BAD_FOLDER`,
 *   `CORE_BAD_ARGUMENT`, `CORE_UNKNOWN_OPTION`
 */
export async function workOnQueue(url: string, options: QueueWorkerOptions = {}): Promise<void> {
  checkArgument('workOnQueue', 'url', url, 'string')
  const { signal, onEvent = () => {}, workers, lockDuration, ...own } = checked(options)
  const warn = (message: string) => onEvent({ type: 'warning', message })
  const folder = own.checkpoints === undefined ? undefined : await FolderCheckpoints.open(own.checkpoints)
  const redis = await openRedis(url, warn)
  const id = randomUUID()
  const queue = new Queue(QUEUE, { connection: redis })
  const services: JobServices = {
    id,
    redis,
    queue,
    store: folder ?? new RedisCheckpoints(redis),
    threads: own.threads,
    patience: own.patience,
    dataRoot: own.dataRoot,
    onStart: (job, model) => onEvent({ type: 'job-start', id: job, model }),
    onEpoch: (job, entry) => onEvent({ type: 'job-epoch', id: job, entry }),
  }
  const idle = Array.from({ length: workers }, () => new TrainingThread())
  const threads = [...idle]
  const running = new Map<string, JobRun>()
  const worker = new Worker(
    QUEUE,
    async (job, token = '') => {
      // There are as many as jobs at once.
      const thread = idle.pop() ?? new TrainingThread()
      const run = new JobRun(job, token, thread, services)
      running.set(run.id, run)
      if (signal?.aborted) run.stop('leaving')
      try {
        const end = await run.carryOut()
        onEvent({ type: 'job-end', id: run.id, stopped: end.stopped })
        return end
      } catch (error) {
        onEvent({ type: 'job-failed', id: run.id, message: (error as Error).message })
        throw error
      } finally {
        if (running.get(run.id) === run) running.delete(run.id)
        idle.push(thread)
      }
    },
    {
      connection: redis,
      name: workerName({ id, slots: workers }),
      concurrency: workers,
      // Training is in other threads, so that renewals are late only if the machine hangs or the link is cut. A killed
      // worker's job is taken over after this time and one check.
      lockDuration,
      lockRenewTime: Math.floor(lockDuration / 3),
      stalledInterval: Math.floor(lockDuration / 3),
      // How often a worker was killed says nothing about the trial. A trial that ends its workers is counted by JobRun.
      maxStalledCount: 1_000_000,
      // The most that a job which becomes due meanwhile waits, in seconds.
      drainDelay: 1,
      runRetryDelay: 1000,
    },
  )
  // Of its own connection, which is to the same server, `redis` tells.
  worker.on('error', (error) => {
    if (!isOfConnection(error)) warn(error.message)
  })
  // Its errors are those of the connection, which has told them.
  queue.on('error', () => {})
  worker.on('lockRenewalFailed', (ids: string[]) => {
    for (const each of ids) running.get(each)?.stop('lost')
  })
  await worker.waitUntilReady()
  onEvent({ type: 'ready' })
  await watchStops(services, running, signal)
  for (const run of running.values()) run.stop('leaving')
  await worker.close()
  await Promise.all(threads.map((thread) => thread.end()))
  await queue.close()
  services.store.close()
  redis.disconnect()
}

/** How often a worker looks whether its jobs are to stop, in ms. A message could be lost, a key cannot. */
const LOOK = 300

/** Until the signal. */
async function watchStops(
  { redis }: JobServices,
  running: ReadonlyMap<string, JobRun>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const aborted = new Promise<'aborted'>((resolve) => {
    if (signal?.aborted) resolve('aborted')
    signal?.addEventListener('abort', () => resolve('aborted'))
  })
  for (;;) {
    if ((await Promise.race([delay(LOOK), aborted])) === 'aborted') return
    const ids = [...running.keys()]
    if (ids.length === 0) continue
    // Redis may be out of reach when the worker is ended.
    const found = await Promise.race([redis.mget(ids.map(keys.stop)), aborted])
    if (found === 'aborted') return
    for (const [i, stop] of found.entries()) if (stop !== null) running.get(ids[i] as string)?.stop('asked')
  }
}

const LOCK = 15_000
const PATIENCE = 600
const MOST_THREADS = 8
const MOST_WORKERS = 256

function checked(options: QueueWorkerOptions) {
  checkOptions('workOnQueue', options, {
    signal: 'signal',
    workers: 'number',
    threads: 'number',
    patience: 'number',
    checkpoints: 'string',
    dataRoot: 'string',
    onEvent: 'function',
    lockDuration: 'number',
  })
  const { workers = 1, patience = PATIENCE, lockDuration = LOCK, checkpoints, dataRoot } = options
  const shared = Math.min(MOST_THREADS, Math.max(1, Math.floor(availableParallelism() / workers)))
  const { threads = shared } = options
  check('workers', workers, 1, MOST_WORKERS)
  check('threads', threads, 1, MOST_THREADS)
  check('patience', patience, 0.001, 2_000_000, false)
  check('lockDuration', lockDuration, 1000, 3_600_000)
  return {
    ...options,
    workers,
    threads,
    patience,
    lockDuration,
    checkpoints: checkpoints === undefined ? undefined : absolute(checkpoints),
    dataRoot: dataRoot === undefined ? undefined : absolute(dataRoot),
  }
}

function check(name: string, value: number, low: number, high: number, isWhole = true): void {
  if (value >= low && value <= high && (!isWhole || Number.isInteger(value))) return
  throw new TreadleError(
    'QUEUE_BAD_OPTION',
    `workOnQueue: \`${name}\` (=${show(value)}) must be a${isWhole ? ' whole' : ''} number from ${low} to ${high}.`,
  )
}
