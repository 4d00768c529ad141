import { runSweep } from '@treadle/experiment/sweep'
import { describe, expect, test } from 'vitest'
import { connectQueue, workOnQueue } from './index.ts'

// Nobody listens there: what is wrong must be found before.
const url = 'redis://127.0.0.1:1'

describe.each([
  ['connectQueue', connectQueue as (...values: any[]) => unknown],
  ['workOnQueue', workOnQueue as (...values: any[]) => unknown],
])('%s', (name, call) => {
  test.each([undefined, null, 5, {}, [], new Date(0)])('refuses the address %j', async (address) => {
    await expect((async () => call(address))()).rejects.toMatchObject({ code: 'CORE_BAD_ARGUMENT' })
  })

  test.each([
    [null, 'CORE_BAD_OPTIONS'],
    [{ checkpoint: 'x' }, 'CORE_UNKNOWN_OPTION'],
    [{ checkpoints: 5 }, 'CORE_BAD_OPTION'],
  ])('refuses the options %j', async (options, code) => {
    const called = (async () => call(url, options))()
    await expect(called).rejects.toMatchObject({ code, message: expect.stringContaining(name) as string })
  })
})

test.each([{ workers: 0 }, { threads: 9 }, { workers: 1.5 }, { patience: 0 }, { lockDuration: 10 }])(
  'workOnQueue refuses %j',
  async (options) => {
    await expect(workOnQueue(url, options)).rejects.toMatchObject({ code: 'QUEUE_BAD_OPTION' })
  },
)

test.each([[{}], [{ capacity: () => 1 }], [Promise.resolve()]])(
  'a sweep refuses the remote %j',
  async (remote) => {
    await expect(runSweep({}, 'x', { remote: remote as never })).rejects.toMatchObject({
      code: 'CORE_BAD_ARGUMENT',
    })
  },
)
