import { optimizerNames } from '../../arguments/optimizer-names.ts'
import { define } from '../command.ts'

export const definition = define({
  description:
    'Train a network, test it, and compare it with the published result. Writes everything to a run directory.',
  args: {
    model: {
      type: 'positional',
      default: 'wide-and-deep',
      description:
        'wide-and-deep (classifies images) or wide-and-deep-regressor (predicts numbers from a table)',
    },
    data: {
      type: 'string',
      default: 'auto',
      valueHint: 'auto|sample|DIR|california-housing',
      description:
        'auto: Fashion-MNIST from the cache, the system or a download; without a network, the embedded sample. ' +
        'DIR: a folder of IDX files, or with one subfolder of PNG files for each class',
    },
    epochs: {
      type: 'string',
      alias: 'e',
      default: '10',
      valueHint: 'N',
      description: 'Passes over the training samples',
    },
    'batch-size': {
      type: 'string',
      alias: 'b',
      default: '32',
      valueHint: 'N',
      description: 'Samples per training step',
    },
    seed: {
      type: 'string',
      alias: 's',
      default: '1',
      valueHint: 'N',
      description: 'Seed of weights, sample order and dropout. The same seed gives the same bits',
    },
    optimizer: {
      type: 'string',
      default: 'adam',
      valueHint: optimizerNames.join('|'),
      description: 'Optimizer, with the defaults of Keras',
    },
    'learning-rate': {
      type: 'string',
      valueHint: 'X',
      description: 'Learning rate. The default is 0.001, for sgd 0.01',
    },
    'early-stopping': {
      type: 'string',
      valueHint: 'PATIENCE',
      description: 'Stop after PATIENCE epochs without a lower validation loss, and restore the best weights',
    },
    'validation-split': {
      type: 'string',
      valueHint: 'SHARE',
      description: 'Validate on this share of the training samples instead of the test samples',
    },
    units: {
      type: 'string',
      valueHint: 'N,N,…',
      description: 'Units of each hidden layer. The default is 30,30',
    },
    dropout: {
      type: 'string',
      valueHint: 'RATE',
      description: 'Share of activations to drop. The default is 0.5',
    },
    threads: {
      type: 'string',
      default: 'auto',
      valueHint: 'auto|N',
      description: 'Number of threads, 1 to 8',
    },
    executor: {
      type: 'string',
      default: 'auto',
      valueHint: 'auto|compiled|eager',
      description: 'compiled: one WebAssembly program. eager: TensorFlow.js, operation by operation',
    },
    'fast-math': {
      type: 'boolean',
      description:
        'Fuse multiplications and additions (FMA) if the processor supports it. Can be faster, but the same ' +
        'seed then gives different bits on different processors',
    },
    out: {
      type: 'string',
      alias: 'o',
      valueHint: 'DIR',
      description: 'Run directory. The default is runs/MODEL-DATA-SEED-TIME',
    },
    force: { type: 'boolean', description: 'Replace the run in --out' },
    resume: {
      type: 'string',
      valueHint: 'RUN',
      description: 'Continue an interrupted run to the same bits. A larger --epochs extends a finished run',
    },
  },
  notes: [
    'Ctrl-C stops training, saves a checkpoint, the model and the history, and prints the command that continues. ' +
      'A second Ctrl-C exits at once; the checkpoint of the last finished epoch remains.',
  ],
  examples: [
    ['treadle train', 'the baseline experiment on Fashion-MNIST'],
    ['treadle train --data sample --epochs 2', 'a first run on 6,000 images'],
    [
      'treadle train --data ~/photos --units 64,64 --early-stopping 3',
      'your own images, one subfolder for each class',
    ],
    ['treadle train wide-and-deep-regressor --data california-housing', 'the regression form of the network'],
    ['treadle train --resume runs/wide-and-deep-fashion-mnist-1-20260131-142530', 'continue after Ctrl-C'],
    ['treadle train --json --quiet > run.json', 'JSON for a program'],
  ],
})
