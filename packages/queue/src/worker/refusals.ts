import type { Queue } from 'bullmq'
import type { Redis } from 'ioredis'
import { keys } from '../keys.ts'
import { presentWorkers } from '../workers.ts'

/** In seconds. */
const KEPT = 24 * 3600

/**
 * Notes that a worker cannot carry out a job, because of its version, processor or data: another one may.
 * @returns whether every worker that is connected has refused it
 */
export async function refuse(queue: Queue, redis: Redis, id: string, worker: string): Promise<boolean> {
  await redis.multi().sadd(keys.refused(id), worker).expire(keys.refused(id), KEPT).exec()
  const present = await presentWorkers(queue)
  const refused = new Set(await redis.smembers(keys.refused(id)))
  return present.every((each) => refused.has(each.id))
}
