import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type SweepResult, runSweep } from '@treadle/experiment/sweep'
import { expect, test } from 'vitest'
import { TwoNetworks, inNamespace } from './network.ts'
import { outcome, recordedEpochs } from './outcome.ts'
import { RedisServer } from './redis-server.ts'
import { TestWorker } from './workers.ts'

/*
 * Redis and the sweep are in one network, the worker is in another. The link between them is cut twice in the middle of
 * a trial: without a sign to anybody, and as a cable that is pulled out. Both sides recover by themselves.
 */

const TRIALS = 6
/** About 8 seconds of one thread. */
const EPOCHS = 160
const CUT = 30_000

const sweep = {
  name: 'cuts',
  recipe: {
    model: { name: 'wide-and-deep', units: [8] },
    data: 'sample',
    training: { epochs: EPOCHS, batchSize: 20, threads: 1 },
  },
  search: { 'optimizer.learningRate': { logUniform: [1e-4, 0.1] } },
  objective: 'val_accuracy',
  sampler: 'random',
  budget: { trials: TRIALS },
}

interface Message {
  readonly type: 'trial-end' | 'end'
  readonly number: number
  readonly trials: SweepResult['trials']
  readonly stopped: SweepResult['stopped']
}

test('a link that is cut twice for 30 seconds changes nothing', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'treadle-cuts-'))
  const there = join(folder, 'there')
  const expected = await outcome(await runSweep(sweep, join(folder, 'here')))
  const networks = await TwoNetworks.make()
  const [home, away] = [inNamespace(networks.names[0]), inNamespace(networks.names[1])]
  let server: RedisServer | undefined
  let worker: TestWorker | undefined
  const messages: Message[] = []
  const journal = join(there, 'journal.log')
  try {
    // Its own network reaches it by localhost, the other one by the link.
    const flags = ['--bind', '127.0.0.1', networks.addresses[0], '--protected-mode', 'no']
    server = await RedisServer.start({ within: home, flags })
    worker = new TestWorker(`redis://${networks.addresses[0]}:${server.port}`, { within: away })
    const file = fileURLToPath(new URL('sweep-process.mjs', import.meta.url))
    const url = `redis://127.0.0.1:${server.port}`
    const [program, ...words] = [...home, process.execPath, file, url, there, JSON.stringify(sweep)]
    const child = spawn(program, words, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    child.on('message', (message: Message) => messages.push(message))
    const ended = async () => {
      await once(child, 'close')
      if (child.exitCode !== 0) throw new Error(`The sweep has ended with ${child.exitCode}.`)
    }
    const failed = ended()
    failed.catch(() => {})

    /** Cuts the link in the next trial, and waits until a trial has ended after it. */
    const during = async (cut: () => Promise<void>, mend: () => Promise<void>) => {
      const starts = worker?.events.filter(({ type }) => type === 'job-start').length ?? 0
      const isIn = () => {
        const now = worker?.events.filter(({ type }) => type === 'job-start').length ?? 0
        return now > starts && (worker?.epochs ?? 0) > 20
      }
      while (!isIn()) await Promise.race([delay(20), failed])
      const known = messages.length
      await cut()
      await delay(CUT)
      // What has ended meanwhile is not known yet.
      expect(messages.length).toBe(known)
      await mend()
      const mended = performance.now()
      const { size } = await stat(journal)
      while ((await stat(journal)).size === size) await Promise.race([delay(20), failed])
      const heard = performance.now()
      while (messages.length === known) await Promise.race([delay(20), failed])
      return [heard, performance.now()].map((time) => Math.round((time - mended) / 1000))
    }
    const silent = await during(
      () => networks.cut(),
      () => networks.mend(),
    )
    const pulled = await during(
      () => networks.unplug(),
      () => networks.plugIn(),
    )
    const warnings = worker.events.flatMap((event) => (event.type === 'warning' ? [event.message] : []))
    console.log(
      `After the link was there again, the next epoch came and the next trial ended after ${silent.join(' and ')} seconds, and after ${pulled.join(' and ')}.`,
      new Set(warnings),
    )
    await failed
  } finally {
    await worker?.end()
    await server?.close()
    await networks.remove()
  }
  const end = messages.at(-1)
  expect(end).toMatchObject({ type: 'end', stopped: 'trials' })
  const ends = messages.flatMap(({ type, number }) => (type === 'trial-end' ? [number] : []))
  expect(ends.toSorted((a, b) => a - b)).toEqual(Array.from({ length: TRIALS }, (_, i) => i))
  expect(await outcome({ trials: end?.trials ?? [] } as unknown as SweepResult)).toEqual(expected)
  for (const each of await recordedEpochs(there, TRIALS))
    expect(each.toSorted((a, b) => a - b)).toEqual(Array.from({ length: EPOCHS }, (_, i) => i + 1))
  await rm(folder, { recursive: true, force: true })
})
