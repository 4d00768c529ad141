import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Purpose, RandomStream } from '@treadle/core'
import { type SweepEvent, runSweep } from '@treadle/experiment/sweep'
import { expect, test } from 'vitest'
import { connectQueue } from '../src/index.ts'
import { outcome, recordedEpochs } from './outcome.ts'
import { RedisServer } from './redis-server.ts'
import { KilledWorkers } from './workers.ts'

/*
 * Workers are killed in their trials, one is stopped for longer than its lock lasts, and Redis is killed and started again.
 * The sweep ends with the trials, values, histories and weights of a sweep that was not disturbed.
 */

const TRIALS = 40
const KILLS = 60
/** About 8 seconds of one thread. */
const EPOCHS = 160
const LOCK = 3000
/** Redis is killed after so many kills of workers. */
const RESTARTS = [15, 40]
const PAUSE = 60_000

const sweep = {
  name: 'drill',
  recipe: {
    model: { name: 'wide-and-deep', units: [8] },
    data: 'sample',
    training: { epochs: EPOCHS, batchSize: 20, threads: 1 },
  },
  search: {
    'optimizer.learningRate': { logUniform: [1e-4, 0.1] },
    'training.seed': { int: [1, 1000] },
  },
  objective: 'val_accuracy',
  sampler: 'random',
  budget: { trials: TRIALS },
}

test(`${KILLS} kills of workers, two of Redis and a pause change nothing`, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'treadle-drill-'))
  const server = await RedisServer.start()
  const stream = new RandomStream(1, Purpose.shuffle)
  let draws = 0
  const workers = new KilledWorkers(server.url, {
    count: 4,
    most: KILLS,
    lockDuration: LOCK,
    after: () => 5 + stream.below(40, draws++),
  })
  const queue = await connectQueue(server.url)
  const events: SweepEvent[] = []
  const over = new AbortController()
  const disturb = async () => {
    const pause = workers.pauseOne(PAUSE)
    for (const kills of RESTARTS) {
      while (workers.kills < kills && !over.signal.aborted) await delay(50)
      await server.kill()
      await delay(1000)
      await server.start()
    }
    await pause
  }
  const undisturbed = runSweep(sweep, join(folder, 'here'), { workers: 2, threads: 1 })
  const disturbed = runSweep(sweep, join(folder, 'there'), {
    remote: queue,
    onEvent: (event) => {
      events.push(event)
      if (event.type === 'trial-end')
        console.log(`trial ${event.trial.number} ${event.trial.state} after ${workers.kills} kills`)
    },
  }).finally(() => over.abort())
  const [expected, result] = await Promise.all([undisturbed, disturbed, disturb()])
  const ends = events.flatMap((event) => (event.type === 'trial-end' ? [event.trial.number] : []))
  const epochs = await recordedEpochs(result.directory, TRIALS)
  await queue.close()
  await workers.end()
  await server.close()

  expect(workers.kills).toBe(KILLS)
  expect(result.stopped).toBe('trials')
  expect(ends.toSorted((a, b) => a - b)).toEqual(Array.from({ length: TRIALS }, (_, i) => i))
  expect(await outcome(result)).toEqual(await outcome(expected))
  for (const each of epochs)
    expect(each.toSorted((a, b) => a - b)).toEqual(Array.from({ length: EPOCHS }, (_, i) => i + 1))
  await rm(folder, { recursive: true, force: true })
})
