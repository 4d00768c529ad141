import { createHash } from 'node:crypto'
import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Purpose, RandomStream } from '@treadle/core'
import { type SweepEvent, type SweepResult, runSweep } from '@treadle/experiment/sweep'
import { Queue } from 'bullmq'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseRecipe } from '@treadle/experiment/recipe'
import { contract, fusesMultiplyAdd } from '../src/contract.ts'
import { type QueueWorkerEvent, connectQueue, workOnQueue } from '../src/index.ts'
import { QUEUE } from '../src/job.ts'
import { makeCertificates } from './certificates.ts'
import { outcome, recordedEpochs } from './outcome.ts'
import { freePort } from '../../../test/support/free-port.ts'
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
/** An undisturbed sweep. */
let here: SweepResult
let expected: Awaited<ReturnType<typeof outcome>>
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'treadle-queue-'))
  server = await RedisServer.start()
  here = await runSweep(sweep, join(folder, 'here'), { confirm: 2 })
  expected = await outcome(here)
}, 300_000)
afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true, force: true })
})

describe('a sweep with a queue', () => {
  test(`gives the bits of an undisturbed one after ${KILLS} workers were killed in their trials`, async () => {
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

describe('over TLS', () => {
  const SECRET = 'p@ss:w%rd'
  let secure: string
  let authority: string
  beforeAll(async () => {
    const made = await makeCertificates(folder)
    const port = await freePort()
    const redis = new Redis(server.url)
    const files = ['tls-cert-file', made.certificate, 'tls-key-file', made.privateKey]
    const clients = ['tls-auth-clients', 'no', 'tls-ca-cert-file', made.authority]
    await redis.call('config', 'set', ...files, ...clients, 'tls-port', String(port))
    await redis.call('acl', 'setuser', 'me', 'on', `>${SECRET}`, '~*', '&*', '+@all')
    redis.disconnect()
    authority = made.authority
    secure = `rediss://me@localhost:${port}/1`
  })

  /** What a process of its own, with its environment, says of some addresses. */
  async function answers(urls: string[], env: NodeJS.ProcessEnv): Promise<unknown[]> {
    const file = fileURLToPath(new URL('connect-process.mjs', import.meta.url))
    const run = promisify(execFile)
    const { stdout, stderr } = await run(process.execPath, [file, ...urls], {
      env: { ...process.env, ...env },
    })
    expect(stdout + stderr).not.toContain(SECRET)
    return JSON.parse(stdout) as unknown[]
  }

  test('a worker that is killed leaves its trials to others in a folder of checkpoints', async () => {
    const checkpoints = join(folder, 'shared', 'checkpoints')
    const env = { TREADLE_REDIS_PASSWORD: SECRET, NODE_EXTRA_CA_CERTS: authority }
    const workers = new KilledWorkers(secure, {
      count: 1,
      most: 1,
      lockDuration: LOCK,
      checkpoints,
      env,
      after: () => 5,
    })
    const queue = await connectQueue(`${server.url}/1`, { checkpoints })
    try {
      const two = { ...sweep, budget: { trials: 2 } }
      const result = await runSweep(two, join(folder, 'two'), { remote: queue })
      expect(await outcome(result)).toEqual(expected.slice(0, 2))
      expect(await answers([secure], env)).toEqual([{ capacity: 1 }])
    } finally {
      await queue.close()
      await workers.end()
    }
    expect(workers.kills).toBe(1)
    const first = workers.started.flatMap(
      ({ events }) => events.find(({ type }) => type === 'job-epoch') ?? [],
    )
    const begun = first.map((event) => (event.type === 'job-epoch' ? event.entry.epoch : 0))
    // The second worker continues what the first one has begun.
    expect(begun).toEqual([1, expect.toSatisfy((epoch: number) => epoch > 1)])
    const left = await readdir(checkpoints)
    expect(left.map((name) => name.replace(/^[\da-f]{64}/, 'id'))).toEqual(['id.result', 'id.result'])
  }, 120_000)

  test('a wrong password and a wrong certificate are errors that say so, without the password', async () => {
    const withCertificate = [
      secure,
      secure.replace('localhost', '127.0.0.1'),
      secure.replace('rediss', 'redis'),
    ]
    const wrong = { TREADLE_REDIS_PASSWORD: `not ${SECRET}` }
    const [other, none] = await Promise.all([
      answers(withCertificate, { ...wrong, NODE_EXTRA_CA_CERTS: authority }),
      answers([secure], wrong),
    ])
    const reasons = [
      /WRONGPASS.* Check the user and the password/,
      /altnames.* NODE_EXTRA_CA_CERTS/,
      /ECONNRESET.* TLS \(rediss:/,
    ]
    expect(other).toEqual(
      reasons.map((message) => ({
        code: 'QUEUE_UNREACHABLE',
        message: expect.stringMatching(message) as string,
      })),
    )
    const message = expect.stringMatching(/self-signed certificate.* NODE_EXTRA_CA_CERTS/) as string
    expect(none).toEqual([{ code: 'QUEUE_UNREACHABLE', message }])
  })
})

describe('a folder of checkpoints', () => {
  test('that cannot be made is an error at once', async () => {
    const checkpoints = join(folder, 'file', 'checkpoints')
    await writeFile(join(folder, 'file'), '')
    const error = { code: 'QUEUE_BAD_FOLDER', message: expect.stringContaining(checkpoints) as string }
    await expect(connectQueue(server.url, { checkpoints })).rejects.toMatchObject(error)
    await expect(workOnQueue(server.url, { checkpoints })).rejects.toMatchObject(error)
  })

  test('that takes no more files, or is gone, fails the trial with the reason and the folder', async () => {
    const checkpoints = join(folder, 'gone')
    const stop = new AbortController()
    const url = `${server.url}/2`
    const queue = await connectQueue(url, { checkpoints })
    const working = workOnQueue(url, { checkpoints, signal: stop.signal, lockDuration: LOCK })
    try {
      await rm(checkpoints, { recursive: true })
      const one = { ...sweep, budget: { trials: 1 } }
      const message = expect.stringMatching(/ENOENT.*\(--checkpoints\)/) as string
      await expect(runSweep(one, join(folder, 'one'), { remote: queue })).rejects.toMatchObject({
        code: 'QUEUE_BAD_FOLDER',
        message,
      })
    } finally {
      stop.abort()
      await working
      await queue.close()
    }
  })
})

test('a training without progress for the patience is tried once more, then its trial fails', async () => {
  const stop = new AbortController()
  const url = `${server.url}/3`
  const events: QueueWorkerEvent[] = []
  const onEvent = (event: QueueWorkerEvent) => events.push(event)
  const queue = await connectQueue(url)
  // A thread needs longer to start.
  const working = workOnQueue(url, { patience: 0.01, signal: stop.signal, lockDuration: LOCK, onEvent })
  try {
    const { trials } = await runSweep({ ...sweep, budget: { trials: 1 } }, join(folder, 'hung'), {
      remote: queue,
    })
    const error = 'The training made no progress for 0.01 seconds.'
    expect(trials).toMatchObject([{ state: 'failed', error }])
    const failures = events.flatMap((event) => (event.type === 'job-failed' ? [event.message] : []))
    expect(failures).toEqual([`[QUEUE_HUNG] ${error}`, `[QUEUE_HUNG] ${error}`])
  } finally {
    stop.abort()
    await working
    await queue.close()
  }
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
