import { queueArgs } from '../../arguments/queue-args.ts'
import { recipeArgs, settingArg } from '../../arguments/recipe-args.ts'
import { define } from '../command.ts'

// The seeds are those of the runs, and the threads also those of the ensemble; its snapshots are those of a finished run.
const { seed: _, threads: __, snapshots: ___, ...ofRecipes } = recipeArgs()

/** Flags that need --train. */
export const trainingArgs = { set: settingArg, ...queueArgs, ...ofRecipes }

export const definition = define({
  description:
    'Make one model of several runs: the average of their probabilities. With --train, train the runs first; with --snapshots, take those of one run.',
  args: {
    run: {
      type: 'positional',
      repeats: true,
      default: '',
      description:
        'Two or more run directories; with --snapshots one; with --train a model or a recipe file, or nothing',
    },
    train: {
      type: 'string',
      valueHint: 'N',
      description:
        'First train N runs of one recipe (2 to 49), with the seeds 1 to N, in the folders seed-1, seed-2 … of --out. ' +
        'All of them are tested on the same samples: the split seed is 1 unless given',
    },
    snapshots: {
      type: 'boolean',
      description: 'Make it of the snapshots of one finished run (treadle train --snapshots N)',
    },
    out: { type: 'string', alias: 'o', valueHint: 'DIR', description: 'Folder for the model' },
    weights: {
      type: 'string',
      default: 'equal',
      valueHint: 'equal|validation',
      description:
        'equal, or chosen on the validation samples, which all runs must have held back from training (--validation-split)',
    },
    threads: {
      type: 'string',
      default: 'auto',
      valueHint: 'auto|N',
      description: 'Number of threads, 1 to 8',
    },
    force: {
      type: 'boolean',
      description: 'Replace a model in the folder. Finished runs of --train are kept',
    },
    ...trainingArgs,
  },
  notes: [
    'The folder holds a single network, model.json and weights.bin, for `treadle predict`, `treadle export`, `Classifier` and `loadModel`.',
    'After Ctrl-C or a kill, the same command with --train continues: it keeps the finished runs and resumes the interrupted ones.',
    'The comparison is on the test samples, from the predictions that the runs have stored; snapshots are tested anew.',
  ],
  examples: [
    ['treadle ensemble runs/seed-1 runs/seed-2 --out ensemble', 'two runs with equal weights'],
    ['treadle ensemble runs/* --weights validation --out ensemble', 'weights by ensemble selection'],
    ['treadle ensemble runs/cycles --snapshots --out ensemble', 'the snapshots of one run'],
    ['treadle ensemble --train 5 cnn-tiny --out ensemble', 'train five networks, and make one model of them'],
    [
      'treadle ensemble --train 5 recipe.yaml --queue redis://queue:6379 --out ensemble',
      'have them trained by the workers of a queue',
    ],
    ['treadle predict ensemble shirt.png', 'use it'],
  ],
})
