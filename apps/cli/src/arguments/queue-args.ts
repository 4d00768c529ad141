import type { Args } from './args.ts'

/** Flags of a sweep or a worker that uses a queue. */
export const queueArgs = {
  checkpoints: {
    type: 'string',
    valueHint: 'DIR',
    description:
      'A folder that all machines share, for the checkpoints and results of a queue. They are in Redis unless given',
  },
} as const satisfies Args

/** The queue of a command. Its package is loaded on first use, because few commands need it. */
export const queuePackage = () => import('@treadle/queue')
