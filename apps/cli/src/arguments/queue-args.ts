import type { TrialQueue } from '@treadle/queue'
import { resolve } from 'node:path'
import { UsageError } from '../errors.ts'
import type { Ui } from '../terminal/ui.ts'
import type { ArgValues, Args } from './args.ts'

/** The flag of a worker of a queue, and of a command that has one. */
export const checkpointsArgs = {
  checkpoints: {
    type: 'string',
    valueHint: 'DIR',
    description:
      'A folder that all machines share, for the checkpoints and results of a queue. They are in Redis unless given',
  },
} as const satisfies Args

/** Flags of a command whose runs the workers of a queue can train. */
export const queueArgs = {
  queue: {
    type: 'string',
    valueHint: 'URL',
    description:
      'Have the runs trained by the workers of a queue in Redis, on any machines: redis://HOST:PORT, or rediss://… with TLS. ' +
      'See treadle worker',
  },
  ...checkpointsArgs,
} as const satisfies Args

/** The queue of a command. Its package is loaded on first use, because few commands need it. */
export const queuePackage = () => import('@treadle/queue')

/** The queue that `--queue` names, if it is given. @throws UsageError */
export async function connectedQueue(
  { queue, checkpoints }: ArgValues<typeof queueArgs>,
  ui: Ui,
): Promise<TrialQueue | undefined> {
  if (queue === undefined && checkpoints !== undefined) throw new UsageError('`--checkpoints` needs --queue.')
  if (queue === undefined) return undefined
  const { connectQueue } = await queuePackage()
  return connectQueue(queue, {
    ...(checkpoints !== undefined && { checkpoints: resolve(ui.context.cwd, checkpoints) }),
    onWarning: (message) => ui.notice(ui.out.colors.yellow(message)),
  })
}

/** The address of a queue as a message shows it, without user and password. */
export const withoutPassword = (url: string): string => url.replace(/\/\/.*@/s, '//')
