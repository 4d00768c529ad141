import { queueArgs } from '../../arguments/queue-args.ts'
import { recipeArgs, settingArg } from '../../arguments/recipe-args.ts'
import { define } from '../command.ts'

export const definition = define({
  description:
    'Repeat the baseline experiment with several seeds and compare the published metrics with the runs, or cross-validate.',
  args: {
    seeds: {
      type: 'string',
      default: '5',
      valueHint: 'N',
      description: 'Number of runs; the seeds are 1 to N',
    },
    folds: {
      type: 'string',
      valueHint: 'K',
      description:
        'Cross-validate instead: K runs of seed 1, each tested on one of K folds of the training samples and trained on ' +
        'the others. The folds have equal shares of each class, and the test samples are put aside',
    },
    data: {
      type: 'string',
      default: 'auto',
      valueHint: 'auto|DIR',
      description: 'The full Fashion-MNIST. Runs on the sample cannot be compared with the baseline',
    },
    epochs: {
      type: 'string',
      alias: 'e',
      default: '10',
      valueHint: 'N',
      description: 'Passes over the training samples. The baseline has 10',
    },
    set: settingArg,
    ...recipeArgs(['size', 'channels', 'threads', 'executor']),
    out: {
      type: 'string',
      alias: 'o',
      valueHint: 'DIR',
      default: 'runs/reproduce',
      description: 'Folder with one run directory for each seed or fold. Finished runs in it are kept',
    },
    ...queueArgs,
  },
  notes: [
    'After Ctrl-C, run the same command again to continue: it keeps the finished seeds and resumes the interrupted one.',
  ],
  examples: [
    ['treadle reproduce', '5 seeds, 10 epochs each'],
    ['treadle reproduce --folds 5 --data photos --size 64 --epochs 20', 'cross-validation on own pictures'],
    ['treadle reproduce --seeds 20 --out runs/twenty', 'more seeds, for narrower intervals'],
    ['treadle reproduce --seeds 30 --queue redis://queue:6379', 'on many machines'],
  ],
})
