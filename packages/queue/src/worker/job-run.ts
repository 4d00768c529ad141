import { join } from 'node:path'
import { TreadleError, isTreadleError } from '@treadle/core'
import type { HistoryEntry } from '@treadle/experiment'
import { type Job as BullJob, DelayedError, type Queue, UnrecoverableError, WaitingError } from 'bullmq'
import type { Redis } from 'ioredis'
import * as z from 'zod/mini'
import { type Files, unpack } from '../bundle.ts'
import type { CheckpointStore } from '../checkpoints/store.ts'
import { contract, fusesMultiplyAdd } from '../contract.ts'
import { isOwnData } from '../data.ts'
import { type Job, type JobEnd, parseJob, reasonOf } from '../job.ts'
import { keys } from '../keys.ts'
import { limiter } from '../limiter.ts'
import { MOST_EPOCHS, type Progress, progressMessage } from '../progress.ts'
import type { TrainingThread } from '../training/training-thread.ts'
import { Latest } from './latest.ts'
import { refuse } from './refusals.ts'

/** What the jobs of a worker share. */
export interface JobServices {
  /** Of the worker. */
  readonly id: string
  readonly redis: Redis
  readonly queue: Queue
  readonly store: CheckpointStore
  readonly threads: number
  readonly patience: number
  /** The folder that holds the data of jobs. */
  readonly dataRoot: string | undefined
  /** The job is accepted. */
  readonly onStart: (id: string, model: string) => void
  readonly onEpoch: (id: string, entry: HistoryEntry) => void
}

/** Why a job is to end before its run does. */
export type Stop = 'asked' | 'leaving' | 'lost'

/** After so many starts without a checkpoint, the job is what ends the workers. */
const MOST_STARTS = 5
/** In seconds. */
const KEPT = 24 * 3600
/** Epochs are told at most this often, in ms. */
const TELLING = 250
/** Before a refused job is offered again, in ms. */
const PAUSE = 500

/** One job on this worker. */
export class JobRun {
  readonly #job: BullJob
  readonly #token: string
  readonly #thread: TrainingThread
  readonly #services: JobServices
  #stop: Stop | undefined

  constructor(job: BullJob, token: string, thread: TrainingThread, services: JobServices) {
    this.#job = job
    this.#token = token
    this.#thread = thread
    this.#services = services
  }

  get id(): string {
    return this.#job.id ?? ''
  }

  /** Ends the training with a checkpoint. */
  stop(why: Stop): void {
    if (this.#stop !== undefined) return
    this.#stop = why
    this.#thread.stop()
  }

  /** As BullMQ calls it. @throws its errors, which say what becomes of the job */
  async carryOut(): Promise<JobEnd> {
    let job: Job
    try {
      job = parseJob(this.#job.data, contract())
      this.#checkId()
      this.#services.onStart(this.id, job.recipe.model.name)
      return await this.#train(job)
    } catch (error) {
      if (error instanceof WaitingError) throw error
      if (isOfWorker(error)) return this.#refuse(error)
      const reason = reasonOf(error)
      throw isOfMachine(error) ? new Error(reason) : new UnrecoverableError(reason)
    }
  }

  /** It becomes a key, and the name of a file. */
  #checkId(): void {
    if (!/^[0-9a-f]{64}$/.test(this.id))
      throw new TreadleError('QUEUE_BAD_JOB', 'The id of the job is not one that this version gives to jobs.')
  }

  async #train({ recipe, data, test, fused }: Job): Promise<JobEnd> {
    const { redis, store, threads, patience, dataRoot } = this.#services
    if (recipe.training.fastMath && fused !== fusesMultiplyAdd())
      throw new TreadleError(
        'QUEUE_OTHER_PROCESSOR',
        'The processor of this worker rounds fast math (`fastMath`) in another way than that of the sweep. Leave out fast math, or use processors of one kind.',
      )
    const name = isOwnData(recipe.data.name) ? inRoot(recipe.data.name, dataRoot) : recipe.data.name
    const done = await this.#knownEnd()
    if (done !== undefined) return done
    await this.#countStart()
    const files = new Latest<Uint8Array>((bytes) => this.#saveCheckpoint(bytes))
    // What is shown of a job does not decide about it: the next message has the same epochs.
    const told = new Latest<Progress>((progress) =>
      this.#job.updateProgress(progressMessage(progress)).catch(() => {}),
    )
    const isTellingDue = limiter(TELLING)
    const epochs: Progress['epochs'][number][] = []
    const training = this.#thread.train(
      {
        recipe: { ...recipe, data: { ...recipe.data, name } },
        data,
        threads,
        test,
        checkpoint: await store.read(this.id, 'checkpoint'),
      },
      {
        patience,
        onReport: (report) => {
          if (report.type === 'loading') return
          if (report.type === 'step') return told.set({ epochs, step: report.step })
          epochs.push(report.entry)
          epochs.splice(0, epochs.length - MOST_EPOCHS)
          // The next step or epoch sends what is not sent now; the result has all of them.
          if (isTellingDue()) told.set({ epochs })
          this.#services.onEpoch(this.id, report.entry)
          if (report.files !== undefined) files.set(report.files)
        },
      },
    )
    // It was asked to stop while it was being prepared.
    if (this.#stop !== undefined || (await redis.exists(keys.stop(this.id))) === 1) this.#thread.stop()
    const end = await training
    // A checkpoint that cannot be written says that the result cannot be either.
    await Promise.all([files.idle(), told.idle()])
    return this.#finish(end)
  }

  async #finish({ stopped, files }: Awaited<ReturnType<TrainingThread['train']>>): Promise<JobEnd> {
    const { store, redis } = this.#services
    // Another worker has the job.
    if (this.#stop === 'lost') throw new WaitingError()
    if (stopped === 'aborted' && this.#stop === 'leaving') {
      if (files !== undefined) await store.write(this.id, 'checkpoint', files)
      await redis.del(keys.tries(this.id))
      await this.#job.moveToWait(this.#token)
      throw new WaitingError()
    }
    if (files !== undefined) await store.write(this.id, 'result', files)
    if (stopped === 'aborted' && files !== undefined) await store.write(this.id, 'checkpoint', files)
    await redis.del(keys.tries(this.id))
    return { stopped }
  }

  async #saveCheckpoint(bytes: Uint8Array): Promise<void> {
    if (this.#stop === 'lost') return
    try {
      await this.#services.store.write(this.id, 'checkpoint', bytes)
      await this.#services.redis.del(keys.tries(this.id))
    } catch (error) {
      // It is thrown when the training has ended, and the result could not be kept either.
      this.#thread.stop()
      throw error
    }
  }

  /** How the job ended before: a worker may have died after it has kept the result. */
  async #knownEnd(): Promise<JobEnd | undefined> {
    const bytes = await this.#services.store.read(this.id, 'result')
    const stopped = bytes && statusOf(unpack(bytes))
    return stopped === 'finished' || stopped === 'early-stopping' ? { stopped } : undefined
  }

  /** @throws TreadleError `QUEUE_KILLS` for a job that has ended worker after worker */
  async #countStart(): Promise<void> {
    const { redis } = this.#services
    const starts = await redis.incr(keys.tries(this.id))
    await redis.expire(keys.tries(this.id), KEPT)
    if (starts <= MOST_STARTS) return
    throw new TreadleError(
      'QUEUE_KILLS',
      `${MOST_STARTS} workers in a row ended before they had finished an epoch of the trial.`,
    )
  }

  /** Leaves the job to other workers; fails it if all that are connected have refused it. */
  async #refuse(error: TreadleError): Promise<never> {
    const { redis, queue, id } = this.#services
    await redis.del(keys.tries(this.id))
    if (await refuse(queue, redis, this.id, id)) throw new UnrecoverableError(reasonOf(error))
    await this.#job.moveToDelayed(Date.now() + PAUSE, this.#token)
    throw new DelayedError()
  }
}

const status = z.object({ status: z.string() })

function statusOf({ 'run.json': record }: Files): string | undefined {
  return status.safeParse(JSON.parse(new TextDecoder().decode(record))).data?.status
}

function inRoot(name: string, root: string | undefined): string {
  if (root !== undefined) return join(root, name)
  throw new TreadleError(
    'QUEUE_NO_DATA',
    `The job needs the data ${JSON.stringify(name)}, and this worker has no folder of data. Start it with --data-root DIR.`,
  )
}

/** Another worker may carry out the same job. */
const OF_WORKER = /^(DATASET_|RUNTIME_(?!.*OUT_OF_MEMORY)|QUEUE_OTHER_|QUEUE_NO_DATA$|QUEUE_BAD_FOLDER$)/
/** The same worker may, the next time. */
const OF_MACHINE = /_OUT_OF_MEMORY$|^QUEUE_(HUNG|CRASHED)$/

const isOfWorker = (error: unknown): error is TreadleError =>
  isTreadleError(error) && OF_WORKER.test(error.code)
const isOfMachine = (error: unknown): boolean => !isTreadleError(error) || OF_MACHINE.test(error.code)
