import { createMemory, sequenceBytes, setSequence, writeSequence } from '@treadle/kernels'
import { afterEach, expect, test, vi } from 'vitest'
import { platform } from '../pool-platform.node.ts'
import type { PoolThread } from './platform.ts'
import { startPool } from './pool.ts'

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

/** The threads that a pool opens from now on. A silent one sends no messages. */
function openedThreads({ silent = false } = {}): PoolThread[] {
  const threads: PoolThread[] = []
  const open = platform.openThread.bind(platform)
  vi.spyOn(platform, 'openThread').mockImplementation((setup, onMessage, onEnd) => {
    const thread = open(setup, silent ? () => {} : onMessage, onEnd)
    threads.push(thread)
    return thread
  })
  return threads
}

/** Turns of the event loop, until `reached`. */
async function turnsUntil(reached: () => boolean): Promise<void> {
  while (!reached()) await new Promise((resolve) => setImmediate(resolve))
}

test('threads that do not start in time make the start fail, and are ended', async () => {
  const threads = openedThreads({ silent: true })
  const terminate = vi.fn()
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const starting = startPool(createMemory(), { threads: 3, cores: 2 })
  const failure = expect(starting).rejects.toMatchObject({
    code: 'RUNTIME_THREAD_FAILED',
    message: expect.stringContaining('the threads did not start within 30 s'),
  })
  await turnsUntil(() => threads.length === 2)
  for (const thread of threads) {
    const end = thread.terminate.bind(thread)
    thread.terminate = () => (terminate(), end())
  }
  vi.advanceTimersByTime(30_000)
  await failure
  expect(terminate).toHaveBeenCalledTimes(2)
})

test('threads that start in time leave no timer', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const pool = await startPool(createMemory(), { threads: 2, cores: 2 })
  expect(vi.getTimerCount()).toBe(0)
  await pool.dispose()
})

test('a thread that ended without a message makes the run fail after `patience`, though no barrier waits for it', async () => {
  const threads = openedThreads()
  const host = createMemory()
  const pool = await startPool(host, { threads: 2, cores: 2, patience: 0.2 })
  const steps = { phases: [{ serial: true, meet: false, instructions: [] }], shards: 1, batchSize: 1 }
  const sequence = host.allocate(sequenceBytes(steps))
  writeSequence(host.memory, sequence, steps)
  setSequence(host.memory, sequence, { sampleCount: 1 })
  expect(pool.runNow(sequence)).toBe(true)
  await (threads[0] as PoolThread).terminate()
  const begun = performance.now()
  expect(() => pool.runNow(sequence)).toThrow(/did not reach a barrier in time/)
  expect(performance.now() - begun).toBeGreaterThanOrEqual(200)
  await expect(pool.run(sequence, 0, 1)).rejects.toThrow(/Running on 2 threads failed/)
  await pool.dispose()
})
