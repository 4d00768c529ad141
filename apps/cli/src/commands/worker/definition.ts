import { logArg } from '../../arguments/loggers.ts'
import { checkpointsArgs } from '../../arguments/queue-args.ts'
import { workerArgs } from '../../arguments/worker-args.ts'
import { define } from '../command.ts'

export const definition = define({
  description:
    'Add workers to a sweep, or to a queue in Redis. They take trials, each once, also those that Optuna has enqueued.',
  args: {
    queue: {
      type: 'positional',
      default: '',
      valueHint: 'URL',
      description: 'A queue in Redis, redis://HOST:PORT or rediss://… with TLS, in place of --journal',
    },
    journal: {
      type: 'string',
      valueHint: 'FILE',
      description: 'The journal.log in the folder of a sweep',
    },
    workers: { type: 'string', default: '1', valueHint: 'N', description: 'Number of processes' },
    ...workerArgs,
    log: logArg,
    ...checkpointsArgs,
    'data-root': {
      type: 'string',
      valueHint: 'DIR',
      description:
        'The folder that holds the data of a queue’s jobs, by the last part of their path. Without it, jobs may have built-in data only',
    },
    wait: {
      type: 'boolean',
      description: 'Wait for trials that other programs enqueue, also after the budget, until Ctrl-C',
    },
  },
  notes: [
    'Workers may join and leave at any time, also on another machine with the same folder. After Ctrl-C or a kill, another ' +
      'worker continues the trial from its last epoch, to the same bits.',
    'A worker of a queue runs until Ctrl-C, on any machine, for any number of sweeps. A password is in the URL or, hidden ' +
      'from other users of the machine, in the environment variable TREADLE_REDIS_PASSWORD.',
    'The workers of a journal end with the sweep. `treadle sweep FOLDER --resume` begins without them, and with any number.',
  ],
  examples: [
    ['treadle worker --journal runs/rates/journal.log', 'take trials until the sweep ends'],
    ['treadle worker --journal runs/rates/journal.log --workers 4', 'with four processes'],
    ['treadle worker redis://queue:6379 --data-root data', 'take the jobs of a queue'],
    ['treadle worker --journal runs/rates/journal.log --wait', 'run what Python enqueues'],
  ],
})
