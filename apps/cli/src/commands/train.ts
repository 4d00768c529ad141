import { globalArgs } from '../arguments/check.ts'
import { optimizerNames } from '../arguments/optimizer-names.ts'
import { defineTreadleCommand } from '../command.ts'

export const trainArgs = {
  model: {
    type: 'positional',
    required: false,
    default: 'wide-and-deep',
    valueHint: 'MODEL',
    description:
      'wide-and-deep (classifies images) or wide-and-deep-regressor (predicts numbers from a table)',
  },
  data: {
    type: 'string',
    default: 'auto',
    valueHint: 'auto|sample|DIR|california-housing',
    description:
      'auto: Fashion-MNIST from the cache, the system or a download, else the embedded sample. ' +
      'DIR: a folder of IDX files, or with a subfolder of PNGs for each class',
  },
  epochs: {
    type: 'string',
    alias: 'e',
    default: '10',
    valueHint: 'N',
    description: 'Passes over the training rows',
  },
  'batch-size': { type: 'string', alias: 'b', default: '32', valueHint: 'N', description: 'Rows a step' },
  seed: {
    type: 'string',
    alias: 's',
    default: '1',
    valueHint: 'N',
    description: 'Draws weights, order and dropout. Same seed, same bits',
  },
  optimizer: {
    type: 'string',
    default: 'adam',
    valueHint: optimizerNames.join('|'),
    description: 'With Keras’s defaults',
  },
  'learning-rate': {
    type: 'string',
    valueHint: 'X',
    description: 'The optimizer’s own unless given: 0.001, for sgd 0.01',
  },
  'early-stopping': {
    type: 'string',
    valueHint: 'PATIENCE',
    description:
      'Stop after PATIENCE epochs without a better validation loss and go back to the best weights',
  },
  'validation-split': {
    type: 'string',
    valueHint: 'SHARE',
    description: 'Validate on this share of the training rows instead of the test rows',
  },
  units: {
    type: 'string',
    valueHint: 'N,N,…',
    description: 'Units of each hidden layer, 30,30 unless given',
  },
  dropout: {
    type: 'string',
    valueHint: 'RATE',
    description: 'Share of activations dropped, 0.5 unless given',
  },
  threads: {
    type: 'string',
    default: 'auto',
    valueHint: 'auto|N',
    description: 'Threads to compute with, 8 at most',
  },
  executor: {
    type: 'string',
    default: 'auto',
    valueHint: 'auto|compiled|eager',
    description: 'compiled: one WebAssembly program. eager: TensorFlow.js, step by step',
  },
  'fast-math': {
    type: 'boolean',
    description:
      'Round products and sums at once where the processor can. Faster on some, but the same seed gives other bits on another processor',
  },
  out: {
    type: 'string',
    alias: 'o',
    valueHint: 'DIR',
    description: 'Run directory, runs/MODEL-DATA-SEED-TIME unless given',
  },
  force: { type: 'boolean', description: 'Replace the run that --out holds' },
  resume: {
    type: 'string',
    valueHint: 'RUN',
    description: 'Continue an interrupted run to the same bits; more --epochs prolong it',
  },
  ...globalArgs,
} as const

export const train = defineTreadleCommand({
  meta: {
    name: 'train',
    description: 'Train a network, test it, and set it beside the published result. Leaves a run directory.',
  },
  args: trainArgs,
  notes: [
    'Ctrl-C stops in order: the state so far, model and history are kept, and the command to go on is printed. ' +
      'A second Ctrl-C stops at once; the last finished epoch is kept.',
  ],
  examples: [
    ['treadle train', 'the report’s experiment on Fashion-MNIST'],
    ['treadle train --data sample --epochs 2', 'a first look on 6,000 images'],
    [
      'treadle train --data ~/photos --units 64,64 --early-stopping 3',
      'your own pictures, one subfolder for each class',
    ],
    [
      'treadle train wide-and-deep-regressor --data california-housing',
      'the regression network it grew from',
    ],
    ['treadle train --resume runs/wide-and-deep-fashion-mnist-1-20260131-142530', 'go on after Ctrl-C'],
    ['treadle train --json --quiet > run.json', 'for a program'],
  ],
  action: async (invocation) => (await import('../train/action.ts')).trainAction(invocation),
})
