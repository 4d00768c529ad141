import { Purpose, RandomStream } from '@treadle/core'
import { test } from 'vitest'
import { type Kill, disturbInQueue } from './queue-kills.ts'

/** Of each command. */
const DISTURBANCES = 12
const EPOCHS = 400
const BATCHES = ['--set', 'training.batchSize=8']
const KINDS: readonly Kill[] = ['SIGINT', 'worker']

test.each([
  { words: ['ensemble', 'wide-and-deep', '--train', '5', '--units', '2', '--batch-size', '8'], name: 'seed' },
  { words: ['reproduce', '--seeds', '5', '--set', 'model.units=2', ...BATCHES], name: 'seed' },
  { words: ['reproduce', '--folds', '5', '--set', 'model.units=2', ...BATCHES], name: 'fold' },
])(
  '$words ends with the files of the command alone, however often it is stopped',
  async ({ words, name }) => {
    const stream = new RandomStream(1, Purpose.shuffle)
    const names = Array.from({ length: 5 }, (_, i) => `${name}-${i + 1}`)
    const some = Array.from({ length: DISTURBANCES }, (_, i) => ({
      who: KINDS[stream.below(KINDS.length, 2 * i)] as Kill,
      epochs: 10 + stream.below(120, 2 * i + 1),
    }))
    // After a kill of the command, the worker trains what is in the queue.
    await disturbInQueue(words, { names, epochs: EPOCHS }, [...some, { who: 'SIGKILL', epochs: 20 }])
  },
)
