import { setTimeout as delay } from 'node:timers/promises'
import type { TrialTask } from '@treadle/experiment/sweep'
import type { Queue } from 'bullmq'
import type { Redis } from 'ioredis'
import { type JobEnd, errorOf, jobEnd } from '../job.ts'
import { keys } from '../keys.ts'
import { type Progress, parseProgress } from '../progress.ts'
import type { Follower } from './followers.ts'

interface Services {
  readonly queue: Queue
  readonly redis: Redis
}

/** A request to stop that nobody reads any more is forgotten, in seconds. */
const STOP_KEPT = 24 * 3600
/** A job that was stopped from here has this time to end before the sweep leaves it alone, in ms. */
const LEAVING = 2000

/** Follows one job for one trial: tells its epochs, passes on stops, and waits for its end. */
export class JobWatch implements Follower {
  readonly #id: string
  readonly #task: TrialTask
  readonly #services: Services
  readonly #told = new Set<number>()
  #telling: Promise<void> = Promise.resolve()
  #settle: { resolve: (end: JobEnd) => void; reject: (error: unknown) => void } | undefined

  constructor(id: string, task: TrialTask, services: Services) {
    this.#id = id
    this.#task = task
    this.#services = services
    task.signal?.addEventListener('abort', this.#onAbort)
    task.pruning.addEventListener('abort', this.#onPruning)
  }

  close(): void {
    this.#task.signal?.removeEventListener('abort', this.#onAbort)
    this.#task.pruning.removeEventListener('abort', this.#onPruning)
  }

  /** @throws the error of a failed job; the signal's reason */
  async ended(): Promise<JobEnd> {
    const end = new Promise<JobEnd>((resolve, reject) => {
      this.#settle = { resolve, reject }
    })
    if (this.#task.signal?.aborted) this.#onAbort()
    if (this.#task.pruning.aborted) this.#onPruning()
    this.look()
    try {
      return await end
    } finally {
      this.#settle = undefined
    }
  }

  look(): void {
    void this.#look().catch((error: unknown) => this.#settle?.reject(error))
  }

  progress(value: unknown): void {
    const read = parseProgress(value)
    if (read === undefined) return
    const told = this.#telling.then(() => this.#tell(read))
    this.#telling = told.catch((error: unknown) => this.#settle?.reject(error))
  }

  async #tell({ epochs, step }: Progress): Promise<void> {
    for (const entry of epochs) {
      if (this.#told.has(entry.epoch)) continue
      this.#told.add(entry.epoch)
      await this.#task.onEpoch(entry)
    }
    if (step !== undefined) await this.#task.onEvent(step)
  }

  async #look(): Promise<void> {
    const job = await this.#services.queue.getJob(this.#id)
    // Another sweep has removed it, or the queue was emptied.
    if (job === undefined) return this.#settle?.resolve({ stopped: 'aborted' })
    this.progress(job.progress)
    const state = await job.getState()
    if (state !== 'completed' && state !== 'failed') return
    await this.#telling
    if (state === 'failed') return this.#settle?.reject(errorOf(job.failedReason ?? 'It failed.'))
    this.#settle?.resolve(jobEnd.safeParse(job.returnvalue).data ?? { stopped: 'aborted' })
  }

  readonly #onPruning = () => void this.#stop().catch(() => {})

  readonly #onAbort = () => {
    const { signal } = this.#task
    const left = this.#stop().then(() => this.#withdraw())
    // Redis may be out of reach: the sweep ends nevertheless.
    void Promise.race([left, delay(LEAVING)])
      .catch(() => {})
      .then(() => this.#settle?.reject(signal?.reason))
  }

  async #stop(): Promise<void> {
    await this.#services.redis.set(keys.stop(this.#id), '1', 'EX', STOP_KEPT)
  }

  /** Removes the job, if nobody has taken it. */
  async #withdraw(): Promise<void> {
    const job = await this.#services.queue.getJob(this.#id)
    const state = await job?.getState()
    if (state === 'waiting' || state === 'delayed') await job?.remove()
  }
}
