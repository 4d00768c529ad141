import { logArg } from '../../arguments/loggers.ts'
import { queueArgs } from '../../arguments/queue-args.ts'
import { workerArgs } from '../../arguments/worker-args.ts'
import { define } from '../command.ts'

export const definition = define({
  description: 'Search for the best values of fields of a recipe. Each trial has a run directory.',
  args: {
    file: {
      type: 'positional',
      valueHint: 'FILE|FOLDER',
      description: 'A sweep (.yaml or .json); with --resume the folder of one',
    },
    out: {
      type: 'string',
      alias: 'o',
      valueHint: 'DIR',
      description: 'Folder of the sweep, new or empty. The default is runs/sweep-NAME-TIME',
    },
    trials: { type: 'string', valueHint: 'N', description: 'Trials in all, in place of those of the sweep' },
    resume: {
      type: 'boolean',
      description: 'Continue the sweep in FOLDER. It ends with the same trials as without the interruption',
    },
    confirm: {
      type: 'string',
      valueHint: 'N',
      description:
        'Then train the best recipe again with N other seeds (2 to 100), and only then test these models on the test samples, ' +
        'once. The workers or the queue train these runs too. A trial that is confirmed already is not tested again',
    },
    workers: {
      type: 'string',
      valueHint: 'N',
      description:
        'Processes that carry out trials and confirm the best one; a trial that crashes, hangs or runs out of memory is tried again, once. Without ' +
        'the flag, this process carries out one trial after the other',
    },
    ...workerArgs,
    ...queueArgs,
    log: logArg,
  },
  notes: [
    'A sweep has a base recipe, a search space, an objective, a sampler (random, halton, grid or tpe), a pruner (median, asha or hyperband), a seed and a budget of ' +
      'trials or time. The same file and seed give the same trials, for any number of workers.',
    'No trial is tested on the test samples: the validation chooses the best one, and --confirm tests it.',
    'Ctrl-C stops the running trial with a checkpoint and prints the command that continues. The folder’s journal.log is a ' +
      'journal of Optuna, which optuna.load_study and optuna-dashboard read.',
  ],
  examples: [
    ['treadle sweep sweep.yaml', 'run the sweep of a file'],
    ['treadle sweep sweep.yaml --out runs/rates --trials 50', 'with another folder and number of trials'],
    ['treadle sweep sweep.yaml --workers 4', 'with four processes that share the cores'],
    ['treadle sweep sweep.yaml --queue redis://queue:6379', 'with the workers of a queue'],
    ['treadle sweep runs/rates --resume', 'continue after a stop'],
    [
      'treadle sweep runs/rates --resume --confirm 5',
      'train the best recipe again over 5 seeds, and test it',
    ],
    ['treadle runs runs/rates --sort -best.val_accuracy', 'list its runs'],
  ],
})
