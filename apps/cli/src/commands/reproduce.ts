import { globalArgs } from '../arguments/check.ts'
import { defineTreadleCommand } from '../command.ts'

export const reproduceArgs = {
  seeds: { type: 'string', default: '5', valueHint: 'N', description: 'Runs, with seeds 1 to N' },
  data: {
    type: 'string',
    default: 'auto',
    valueHint: 'auto|DIR',
    description: 'Fashion-MNIST in full; the sample cannot be compared with the report',
  },
  epochs: {
    type: 'string',
    alias: 'e',
    default: '10',
    valueHint: 'N',
    description: 'Passes over the training rows; the report’s are 10',
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
    description: 'As for treadle train',
  },
  out: {
    type: 'string',
    alias: 'o',
    valueHint: 'DIR',
    default: 'runs/reproduce',
    description: 'Folder with a run directory for each seed; finished ones are kept',
  },
  ...globalArgs,
} as const

export const reproduce = defineTreadleCommand({
  meta: {
    name: 'reproduce',
    description:
      'Repeat the report’s experiment over several seeds and say where its figures lie among them.',
  },
  args: reproduceArgs,
  notes: [
    'Stopped with Ctrl-C? The same command goes on where it stopped: finished seeds are kept, a begun one is resumed.',
  ],
  examples: [
    ['treadle reproduce', 'five seeds, ten epochs each'],
    ['treadle reproduce --seeds 20 --out runs/twenty', 'a finer distribution'],
  ],
  action: async (invocation) => (await import('../reproduce/action.ts')).reproduceAction(invocation),
})
