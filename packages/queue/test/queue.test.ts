import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Purpose, RandomStream } from '@treadle/core'
import { type SweepEvent, type SweepResult, runSweep } from '@treadle/experiment/sweep'
import { Queue } from 'bullmq'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseRecipe } from '@treadle/experiment/recipe'
import { contract, fusesMultiplyAdd } from '../src/contract.ts'
import { connectQueue, workOnQueue } from '../src/index.ts'
import { QUEUE } from '../src/job.ts'
import { outcome, recordedEpochs } from './outcome.ts'
import { RedisServer } from './redis-server.ts'
import { KilledWorkers } from './workers.ts'

const LOCK = 1000
const KILLS = 6
const EPOCHS = 12

const sweep = {
  name: 'drill',
  recipe: {
    model: { name: 'wide-and-deep', units: [8] },
    data: 'sample',
    training: { epochs: EPOCHS, batchSize: 20, threads: 1 },
  },
  search: { 'optimizer.learningRate': { logUniform: [1e-4, 0.1] } },
  objective: 'val_accuracy',
  sampler: 'random',
  budget: { trials: 6 },
}

const undated = (confirmation: SweepResult['confirmations'][number]) => ({ ...confirmation, at: '' })

let server: RedisServer
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'treadle-queue-'))
  server = await RedisServer.start()
})
afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true, force: true })
})

describe('a sweep with a queue', () => {
  test(`gives the bits of an undisturbed one after ${KILLS} workers were killed in their trials`, async () => {
    const here = await runSweep(sweep, join(folder, 'here'), { confirm: 2 })
    const expected = await outcome(here)
    const stream = new RandomStream(1, Purpose.shuffle)
    let draws = 0
    const workers = new KilledWorkers(server.url, {
      count: 2,
      most: KILLS,
      lockDuration: LOCK,
      after: () => 1 + stream.below(6, draws++),
    })
    const queue = await connectQueue(server.url)
    const events: SweepEvent[] = []
    let result: SweepResult
    try {
      result = await runSweep(sweep, join(folder, 'there'), {
        remote: queue,
        confirm: 2,
        onEvent: (event) => events.push(event),
      })
      expect(result.stopped).toBe('trials')
      expect(await outcome(result)).toEqual(expected)
      expect(result.confirmations.map(undated)).toEqual(here.confirmations.map(undated))
    } finally {
      await queue.close()
      await workers.end()
    }
    expect(workers.kills).toBe(KILLS)
    const ends = events
      .filter(({ type }) => type === 'trial-end')
      .map((event) => ('trial' in event ? event.trial.number : -1))
    expect(ends.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5])
    const epochs = await recordedEpochs(result.directory, expected.length)
    for (const each of epochs)
      expect(each.toSorted((x, y) => x - y)).toEqual(Array.from({ length: EPOCHS }, (_, i) => i + 1))
  }, 300_000)
})

const recipe = (change: object = {}) => ({
  ...parseRecipe({ model: 'wide-and-deep', data: 'sample' }),
  ...change,
})
const job = (change: object = {}) => ({
  contract: contract(),
  recipe: recipe(),
  data: '0'.repeat(64),
  test: false,
  ...change,
})
const inData = (name: string) => recipe({ data: { ...recipe().data, name } })

describe('a job that no sweep has added', () => {
  test.each([
    ['no object', 'QUEUE_BAD_JOB', 5],
    ['another version', 'QUEUE_OTHER_VERSION', job({ contract: '9.9.9+0123456789abcdef' })],
    ['a field more', 'QUEUE_BAD_JOB', job({ command: 'rm -rf /' })],
    ['a recipe that the schema refuses', 'QUEUE_BAD_JOB', job({ recipe: recipe({ model: { name: 'x' } }) })],
    ['a path', 'QUEUE_BAD_JOB', job({ recipe: inData('/etc') })],
    ['a path upwards', 'QUEUE_BAD_JOB', job({ recipe: inData('../data') })],
    ['data of a worker without a folder of data', 'QUEUE_NO_DATA', job({ recipe: inData('photos.zip') })],
    ['a processor that rounds in another way', 'QUEUE_OTHER_PROCESSOR', otherProcessor()],
  ])('with %s is refused and kept: %s', async (name, code, data) => {
    const id = createHash('sha256').update(name).digest('hex')
    const added = await bull.add('train', data, { jobId: id })
    await expect.poll(() => added.getState(), { timeout: 60_000 }).toBe('failed')
    const kept = await bull.getJob(id)
    expect(kept?.failedReason).toContain(`[${code}] `)
    expect(kept?.data).toEqual(data)
  })

  test('under an id that is no hash is refused', async () => {
    const added = await bull.add('train', job(), { jobId: '../../x' })
    await expect.poll(() => added.getState(), { timeout: 60_000 }).toBe('failed')
  })

  function otherProcessor() {
    const { training } = recipe()
    return job({
      recipe: recipe({ training: { ...training, fastMath: true } }),
      fused: fusesMultiplyAdd() !== true,
    })
  }

  let redis: Redis
  let bull: Queue
  const stop = new AbortController()
  let working: Promise<void>
  beforeAll(() => {
    redis = new Redis(server.url, { maxRetriesPerRequest: null })
    bull = new Queue(QUEUE, { connection: redis })
    working = workOnQueue(server.url, { signal: stop.signal, lockDuration: LOCK })
  })
  afterAll(async () => {
    stop.abort()
    await working
    await bull.close()
    redis.disconnect()
  })
})
