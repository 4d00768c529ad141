import { define } from '../command.ts'

export const definition = define({
  description: 'Make one model of several runs: the average of their probabilities.',
  args: {
    run: { type: 'positional', repeats: true, description: 'Two or more run directories' },
    out: { type: 'string', valueHint: 'DIR', description: 'Folder for the model' },
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
    force: { type: 'boolean', description: 'Replace a model in the folder' },
  },
  notes: [
    'The folder holds a single network, model.json and weights.bin, for `treadle predict`, `treadle export`, `Classifier` and `loadModel`.',
    'The comparison is on the test samples, from the predictions that the runs have stored.',
  ],
  examples: [
    ['treadle ensemble runs/seed-1 runs/seed-2 --out ensemble', 'two runs with equal weights'],
    ['treadle ensemble runs/* --weights validation --out ensemble', 'weights by ensemble selection'],
    ['treadle predict ensemble shirt.png', 'use it'],
  ],
})
