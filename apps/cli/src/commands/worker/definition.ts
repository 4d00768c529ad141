import { logArg } from '../../arguments/loggers.ts'
import { workerArgs } from '../../arguments/worker-args.ts'
import { define } from '../command.ts'

export const definition = define({
  description:
    'Add workers to a sweep. They take trials from its journal, each once, also those that Optuna has enqueued.',
  args: {
    journal: {
      type: 'string',
      valueHint: 'FILE',
      description: 'The journal.log in the folder of a sweep',
    },
    workers: { type: 'string', default: '1', valueHint: 'N', description: 'Number of processes' },
    ...workerArgs,
    log: logArg,
    wait: {
      type: 'boolean',
      description: 'Wait for trials that other programs enqueue, also after the budget, until Ctrl-C',
    },
  },
  notes: [
    'Workers may join and leave at any time, also on another machine with the same folder. After Ctrl-C or a kill, another ' +
      'worker continues the trial from its last epoch, to the same bits.',
    'The workers end with the sweep. `treadle sweep FOLDER --resume` begins without them, and with any number.',
  ],
  examples: [
    ['treadle worker --journal runs/rates/journal.log', 'take trials until the sweep ends'],
    ['treadle worker --journal runs/rates/journal.log --workers 4', 'with four processes'],
    ['treadle worker --journal runs/rates/journal.log --wait', 'run what Python enqueues'],
  ],
})
