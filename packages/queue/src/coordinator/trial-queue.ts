import { resolve } from 'node:path'
import { TreadleError, checkArgument, checkOptions } from '@treadle/core'
import { openRun } from '@treadle/experiment'
import type { TrialRemote, TrialRun, TrialTask } from '@treadle/experiment/sweep'
import { Queue } from 'bullmq'
import type { Redis } from 'ioredis'
import { unpack } from '../bundle.ts'
import { FolderCheckpoints } from '../checkpoints/folder.ts'
import { RedisCheckpoints } from '../checkpoints/redis.ts'
import type { CheckpointStore } from '../checkpoints/store.ts'
import { contract, fusesMultiplyAdd } from '../contract.ts'
import { QUEUE, type Job, jobId } from '../job.ts'
import { openRedis } from '../redis.ts'
import { presentWorkers } from '../workers.ts'
import { KnownData } from './data-facts.ts'
import { Followers } from './followers.ts'
import { submit } from './submit.ts'
import { JobWatch } from './job-watch.ts'
import { writeRun } from './write-run.ts'

export interface QueueOptions {
  /** A folder that all machines share, for checkpoints and results. In Redis unless given. */
  readonly checkpoints?: string
  /** Called when nobody has taken a job for a while, and when the connection is lost. */
  readonly onWarning?: (message: string) => void
}

/** A queue of training runs. */
export interface TrialQueue extends TrialRemote {
  /** Ends the connection. Jobs that are in the queue stay there. */
  close(): Promise<void>
}

/**
 * Connects to a queue of training runs in Redis, which workers on any machines carry out.
 *
 * @param url `redis://HOST:PORT` or, with TLS, `rediss://HOST:PORT`; a password is in it or in TREADLE_REDIS_PASSWORD
 * @throws TreadleError `QUEUE_BAD_URL`, `QUEUE_UNREACHABLE`, `QUEUE_BAD_FOLDER`, `CORE_BAD_ARGUMENT`,
 *   `CORE_UNKNOWN_OPTION`
 * @example
 * const queue = await connectQueue('redis://localhost:6379')
 * await runSweep(sweep, 'runs/rates', { remote: queue })
 * await queue.close()
 */
export async function connectQueue(url: string, options: QueueOptions = {}): Promise<TrialQueue> {
  checkArgument('connectQueue', 'url', url, 'string')
  checkOptions('connectQueue', options, { checkpoints: 'string', onWarning: 'function' })
  const { checkpoints, onWarning = () => {} } = options
  const folder = checkpoints === undefined ? undefined : await FolderCheckpoints.open(resolve(checkpoints))
  const redis = await openRedis(url, onWarning)
  const store = folder ?? new RedisCheckpoints(redis)
  const queue = new RedisTrialQueue(redis, store, onWarning)
  await queue.ready()
  return queue
}

/** Nobody has taken a job for so long, in ms. */
const LONELY = 5000

/** A result may be forgotten before it is read, but not twice in a row. */
const MOST_LOST = 2

class RedisTrialQueue implements TrialQueue {
  readonly #redis: Redis
  readonly #store: CheckpointStore
  readonly #queue: Queue
  readonly #followers: Followers
  readonly #data = new KnownData()
  readonly #onWarning: (message: string) => void
  #lonelySince: number | undefined = performance.now()

  constructor(redis: Redis, store: CheckpointStore, onWarning: (message: string) => void) {
    this.#redis = redis
    this.#store = store
    this.#onWarning = onWarning
    this.#queue = new Queue(QUEUE, { connection: redis })
    // The connection is made again; the commands wait for it.
    this.#queue.on('error', () => {})
    this.#followers = new Followers(redis)
  }

  async ready(): Promise<void> {
    await this.#queue.waitUntilReady()
    await this.#followers.ready()
  }

  /** The trials that the connected workers can carry out at once. */
  async capacity(): Promise<number> {
    const slots = (await presentWorkers(this.#queue)).reduce((sum, worker) => sum + worker.slots, 0)
    if (slots > 0) this.#lonelySince = undefined
    else this.#warnOnce()
    return slots
  }

  #warnOnce(): void {
    this.#lonelySince ??= performance.now()
    if (performance.now() - this.#lonelySince < LONELY) return
    this.#lonelySince = Infinity
    this.#onWarning('No worker is connected to the queue. Start one or more: treadle worker redis://…')
  }

  /**
   * Has a run trained by a worker, and writes it to its directory. The result is the same, to the bit, as on this machine.
   * @throws what the training has thrown; TreadleError `QUEUE_…` if no worker could carry it out
   */
  readonly runTrial = async (task: TrialTask): Promise<TrialRun> => {
    const { recipe, directory, signal } = task
    const found = await openRun(directory).catch(() => undefined)
    const status = found?.record.status
    if (found !== undefined && (status === 'finished' || status === 'early-stopping'))
      return { run: found, history: await found.readHistory(), isStopped: false }
    const data = await this.#data.of(recipe, {
      onProgress: (progress) => void task.onEvent({ type: 'data-progress', progress }),
      onWarning: (warning) => void task.onEvent({ type: 'warning', warning }),
      signal,
    })
    const { threads: _, ...training } = recipe.training
    const fused = training.fastMath ? fusesMultiplyAdd() : undefined
    const job: Job = {
      contract: contract(),
      // Neither the threads nor wide SIMD change a bit: each worker has its own.
      recipe: {
        ...recipe,
        data: { ...recipe.data, name: data.portable },
        training: { ...training, threads: 'auto', wideSimd: false },
      },
      data: data.checksum,
      test: task.test,
      ...(fused !== undefined && { fused }),
    }
    const id = jobId(job)
    const watch = new JobWatch(id, task, { queue: this.#queue, redis: this.#redis })
    const unfollow = this.#followers.follow(id, watch)
    try {
      for (let lost = 0; lost < MOST_LOST;) {
        await submit(this.#queue, this.#redis, { id, job, isLost: lost > 0 })
        const { stopped } = await watch.ended()
        // It was stopped for another sweep with the same trial: it continues.
        if (stopped === 'aborted' && !task.pruning.aborted) continue
        const bytes = await this.#store.read(id, 'result')
        if (bytes === undefined) {
          lost += 1
          continue
        }
        const run = await writeRun(directory, unpack(bytes), recipe, data)
        await this.#store.release(id)
        return { run, history: await run.readHistory(), isStopped: stopped === 'aborted' }
      }
      throw new TreadleError(
        'QUEUE_NO_RESULT',
        'A worker has ended a job, but its result is not there. Give the sweep and all workers the same shared folder (--checkpoints), or none of them.',
      )
    } finally {
      unfollow()
      watch.close()
    }
  }

  async close(): Promise<void> {
    await this.#followers.close()
    await this.#queue.close()
    this.#store.close()
    this.#redis.disconnect()
  }
}
