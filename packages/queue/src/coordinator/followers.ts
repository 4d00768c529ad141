import { QueueEvents } from 'bullmq'
import type { Redis } from 'ioredis'
import { QUEUE } from '../job.ts'

/** Follows a job. */
export interface Follower {
  /** It may have ended, or a while has passed. */
  look(): void
  progress(value: unknown): void
}

/** An event may be lost when Redis restarts, so the jobs are looked at also without one, in ms. */
const LOOK = 3000

/** The events of the queue's jobs, for those who follow them. */
export class Followers {
  readonly #events: QueueEvents
  readonly #of = new Map<string, Set<Follower>>()
  readonly #timer: NodeJS.Timeout

  constructor(redis: Redis) {
    // It reads the events in a loop, on a connection of its own.
    this.#events = new QueueEvents(QUEUE, { connection: redis })
    const look = ({ jobId }: { readonly jobId: string }) => this.#each(jobId, (each) => each.look())
    this.#events.on('completed', look)
    this.#events.on('failed', look)
    this.#events.on('progress', ({ jobId, data }) => this.#each(jobId, (each) => each.progress(data)))
    // The connection is made again; until then nothing can be done.
    this.#events.on('error', () => {})
    this.#timer = setInterval(() => {
      for (const id of this.#of.keys()) this.#each(id, (each) => each.look())
    }, LOOK)
  }

  async ready(): Promise<void> {
    await this.#events.waitUntilReady()
  }

  /** @returns what ends it */
  follow(id: string, follower: Follower): () => void {
    const all = this.#of.get(id) ?? new Set()
    this.#of.set(id, all.add(follower))
    return () => {
      all.delete(follower)
      if (all.size === 0 && this.#of.get(id) === all) this.#of.delete(id)
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#events.close()
  }

  #each(id: string, call: (follower: Follower) => void): void {
    for (const follower of this.#of.get(id) ?? []) call(follower)
  }
}
