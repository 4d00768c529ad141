import {
  createMemory,
  mapOperands,
  sequenceBytes,
  setSequence,
  writeSequence,
  type Phase,
} from '@treadle/kernels'
import { afterEach, describe, expect, test } from 'vitest'
import { startPool, type KernelPool, type PoolOptions } from './pool.ts'

const pools: KernelPool[] = []
afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.dispose()
})

/** A sequence of two phases over 64 rows: y ← y + x, then z ← z + Σ y over the adjacent shards. */
async function setUp(options: PoolOptions, shared = true) {
  const host = createMemory({ shared })
  const [rows, width] = [64, 16]
  const bytes = 4 * rows * width
  const x = host.allocate(bytes)
  const y = host.allocate(bytes)
  new Float32Array(host.memory.buffer, x, rows * width).fill(1)
  new Float32Array(host.memory.buffer, y, rows * width).fill(0)
  const strides = { image: 64, row: 64, pixel: 64 }
  const operands = {
    ...mapOperands('a', { base: x, ...strides }),
    ...mapOperands('b', { base: y, ...strides }),
    ...mapOperands('y', { base: y, ...strides }),
    height: 1,
    width: 1,
    channels: width,
    relu: 0,
  }
  const phase: Phase = { serial: false, meet: true, instructions: [{ name: 'add', operands }] }
  const phases = [phase, phase, { ...phase, serial: true }]
  const steps = { phases, shards: 8, batchSize: rows }
  const sequence = host.allocate(sequenceBytes(steps))
  writeSequence(host.memory, sequence, steps)
  setSequence(host.memory, sequence, { sampleCount: 1e6 * rows })
  const pool = await startPool(host, options)
  pools.push(pool)
  return { host, pool, sequence, values: () => new Float32Array(host.memory.buffer, y, rows * width) }
}

describe.each([1, 2, 3, 4, 8])('%d threads', (threads) => {
  test('each step of each run is executed once, whichever thread runs a shard', async () => {
    const { pool, sequence, values } = await setUp({ threads, cores: 2 })
    expect(pool.threads).toBe(threads)
    await pool.run(sequence, 0, 1000)
    await pool.run(sequence, 1000, 1001)
    for (let i = 0; i < 50; i++) await pool.run(sequence, i, i + 1)
    expect(new Set(values())).toEqual(new Set([3 * 1051]))
  })
})

test('an unshared memory gets one thread', async () => {
  const { pool, sequence, values } = await setUp({ threads: 4 }, false)
  expect(pool.threads).toBe(1)
  await pool.run(sequence, 0, 7)
  expect(values()[5]).toBe(21)
})

test('concurrent runs are executed one after the other', async () => {
  const { pool, sequence, values } = await setUp({ threads: 2, cores: 2 })
  await Promise.all(Array.from({ length: 20 }, (_, i) => pool.run(sequence, i, i + 1)))
  expect(new Set(values())).toEqual(new Set([3 * 20]))
})

test('a thread that fails makes this run and all later runs fail', async () => {
  const { host, pool, sequence, values } = await setUp({ threads: 2, cores: 2, patience: 5 })
  await pool.run(sequence, 0, 1)
  // An operand beyond the end of memory traps: in the first record of the first phase, after its opcode.
  const view = new DataView(host.memory.buffer)
  const phases = view.getUint32(sequence, true)
  view.setUint32(view.getUint32(phases, true) + 4, 0xff000000, true)
  await expect(pool.run(sequence, 1, 3)).rejects.toThrow()
  await expect(pool.run(sequence, 3, 4)).rejects.toThrow(/Running on 2 threads failed/)
  expect(values()[0]).toBe(3)
})

test('a thread that never reaches a barrier makes the run fail', async () => {
  const { host, pool, sequence } = await setUp({ threads: 2, cores: 2, patience: 0.2 })
  // The barrier waits for more threads than exist, as if one had died.
  const barrier = host.allocate(256)
  const words = new Int32Array(host.memory.buffer, barrier, 64).fill(0)
  words[0] = -1
  new DataView(host.memory.buffer).setUint32(sequence + 32, barrier, true)
  await expect(pool.run(sequence, 0, 3)).rejects.toThrow(/did not reach a barrier in time/)
})

test('dispose ends the pool; a second call has no effect', async () => {
  const { pool, sequence } = await setUp({ threads: 3 })
  await pool.dispose()
  await pool.dispose()
  await expect(pool.run(sequence, 0, 1)).rejects.toThrow(/the pool was disposed/)
})

describe('runNow', () => {
  test.each([2, 3])('runs step 0 before it returns, on %d threads', async (threads) => {
    const { pool, sequence, values } = await setUp({ threads, cores: 2 })
    for (let i = 1; i <= 50; i++) {
      expect(pool.runNow(sequence)).toBe(true)
      expect(new Set(values())).toEqual(new Set([3 * i]))
    }
    await pool.run(sequence, 0, 10)
    expect(pool.runNow(sequence)).toBe(true)
    expect(values()[0]).toBe(3 * 61)
  })

  test('runs nothing if there are no threads', async () => {
    const { pool, sequence, values } = await setUp({ threads: 4 }, false)
    expect(pool.runNow(sequence)).toBe(false)
    expect(values()[0]).toBe(0)
  })

  test('runs before a run that is queued, and runs nothing while a run is in progress', async () => {
    const { pool, sequence, values } = await setUp({ threads: 2, cores: 2 })
    const queued = pool.run(sequence, 0, 1000)
    let now = 0
    for (let i = 0; i < 5; i++) {
      if (pool.runNow(sequence)) now += 1
      await Promise.resolve()
    }
    await queued
    expect(now).toBeGreaterThan(0)
    expect(new Set(values())).toEqual(new Set([3 * (1000 + now)]))
  })

  test('fails with RUNTIME_THREAD_FAILED if a thread fails, and ends the threads', async () => {
    const { host, pool, sequence } = await setUp({ threads: 2, cores: 2, patience: 5 })
    const view = new DataView(host.memory.buffer)
    const phases = view.getUint32(sequence, true)
    view.setUint32(view.getUint32(phases, true) + 4, 0xff000000, true)
    expect(() => pool.runNow(sequence)).toThrow(/Running on 2 threads failed/)
    expect(() => pool.runNow(sequence)).toThrow(/Running on 2 threads failed/)
    await expect(pool.run(sequence, 0, 1)).rejects.toThrow(/Running on 2 threads failed/)
  })

  test('fails if a thread never reaches a barrier', async () => {
    const { host, pool, sequence } = await setUp({ threads: 2, cores: 2, patience: 0.2 })
    const barrier = host.allocate(256)
    const words = new Int32Array(host.memory.buffer, barrier, 64).fill(0)
    words[0] = -1
    new DataView(host.memory.buffer).setUint32(sequence + 32, barrier, true)
    expect(() => pool.runNow(sequence)).toThrow(/did not reach a barrier in time/)
  })

  test('fails after dispose', async () => {
    const { pool, sequence } = await setUp({ threads: 2, cores: 2 })
    await pool.dispose()
    expect(() => pool.runNow(sequence)).toThrow(/the pool was disposed/)
  })
})
