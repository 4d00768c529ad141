import type { Queue } from 'bullmq'
import type { Redis } from 'ioredis'
import { type Job, jobEnd } from '../job.ts'
import { keys } from '../keys.ts'

/** In seconds; the same as that of results in Redis. */
const KEPT = 24 * 3600

/** Of the jobs that have ended well. The result of an older one, if it is still there, ends the same job at once. */
const MOST_ENDED = 1000

const options = {
  // What has to do with the machine, such as a lack of memory, is tried once more; other errors end the job at once.
  attempts: 2,
  backoff: { type: 'fixed', delay: 1000 },
  removeOnComplete: { age: KEPT, count: MOST_ENDED },
  // Refused jobs are kept for inspection.
  removeOnFail: false,
  // In a failed job the reason is enough.
  stackTraceLimit: 0,
}

/**
 * Puts a job into the queue, unless it is in it. A failed one is tried again, as is one without a usable result.
 * @param isLost whether the result of a completed job was not found
 */
export async function submit(
  queue: Queue,
  redis: Redis,
  { id, job, isLost }: { readonly id: string; readonly job: Job; readonly isLost: boolean },
): Promise<void> {
  await redis.del(keys.stop(id))
  const found = await queue.getJob(id)
  const state = await found?.getState()
  if (state === 'failed') {
    await redis.del(keys.tries(id), keys.refused(id))
    await found?.retry('failed', { resetAttemptsMade: true, resetAttemptsStarted: true })
    return
  }
  if (state === 'completed') {
    if (!isLost && jobEnd.safeParse(found?.returnvalue).data?.stopped !== 'aborted') return
    await found?.remove()
  }
  // Does nothing if the queue has a job of this id.
  await queue.add('train', job, { ...options, jobId: id })
}
