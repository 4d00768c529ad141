import { TreadleError } from '@treadle/core'
import type { Redis } from 'ioredis'
import { keys } from '../keys.ts'
import type { CheckpointStore, Kind } from './store.ts'

/** Of one value, in bytes. Redis holds all of them in memory. */
const LARGEST = 64 * 2 ** 20
/** A sweep that nobody continues is forgotten, in seconds. */
const KEPT = 24 * 3600
/** A result that was taken is kept for others with the same recipe, in seconds. */
const KEPT_AFTER = 3600

/** A connection that owes an answer for so long is made again, in ms: a large value takes a while on a slow link. */
const SILENCE = 300_000

/**
 * Checkpoints in the Redis server of the queue. They have a connection of their own, so that the locks of jobs are renewed
 * while a large value is on its way.
 */
export class RedisCheckpoints implements CheckpointStore {
  readonly #redis: Redis
  readonly #largest: number

  /** @param redis a connection to the same server */
  constructor(redis: Redis, largest = LARGEST) {
    this.#redis = redis.duplicate({ socketTimeout: SILENCE })
    // Its errors are those of the other connection.
    this.#redis.on('error', () => {})
    this.#largest = largest
  }

  async read(id: string, kind: Kind): Promise<Uint8Array | undefined> {
    return (await this.#redis.getBuffer(keys.files(id, kind))) ?? undefined
  }

  async write(id: string, kind: Kind, bytes: Uint8Array): Promise<void> {
    if (bytes.length > this.#largest)
      throw new TreadleError(
        'QUEUE_TOO_LARGE',
        `The ${kind} of a run has ${bytes.length} bytes; Redis takes at most ${this.#largest}. Give all workers and the sweep a shared folder (--checkpoints DIR).`,
      )
    const { buffer, byteOffset, byteLength } = bytes
    await this.#redis.set(keys.files(id, kind), Buffer.from(buffer, byteOffset, byteLength), 'EX', KEPT)
  }

  async release(id: string): Promise<void> {
    await this.#redis.del(keys.files(id, 'checkpoint'))
    await this.#redis.expire(keys.files(id, 'result'), KEPT_AFTER)
  }
  close(): void {
    this.#redis.disconnect()
  }
}
