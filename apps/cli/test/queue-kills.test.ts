import { test, vi } from 'vitest'
import { disturbInQueue } from './queue-kills.ts'

vi.setConfig({ testTimeout: 300_000 })

test('an ensemble in a queue is continued after Ctrl-C and a kill, and no epoch is trained twice', async () => {
  const words = ['ensemble', 'wide-and-deep', '--train', '2', '--units', '2', '--batch-size', '8']
  const runs = { names: ['seed-1', 'seed-2'], epochs: 30 }
  await disturbInQueue(words, runs, [
    { who: 'SIGINT', epochs: 8 },
    { who: 'SIGKILL', epochs: 8 },
  ])
})
