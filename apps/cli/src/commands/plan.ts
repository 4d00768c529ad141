import { globalArgs } from '../arguments/check.ts'
import { defineTreadleCommand } from '../command.ts'

export const planArgs = {
  model: {
    type: 'positional',
    required: false,
    default: 'wide-and-deep',
    valueHint: 'MODEL',
    description: 'wide-and-deep (28 × 28 pixels, 10 classes) or wide-and-deep-regressor (8 columns)',
  },
  'batch-size': { type: 'string', alias: 'b', default: '32', valueHint: 'N', description: 'Rows a step' },
  inference: { type: 'boolean', description: 'The program that predicts, not the one that trains' },
  profile: {
    type: 'boolean',
    description: 'Run it too, on one thread, and show the median time of each instruction',
  },
  ...globalArgs,
} as const

export const plan = defineTreadleCommand({
  meta: { name: 'plan', description: 'Show the program that a network is compiled to, step by step.' },
  args: planArgs,
  examples: [
    ['treadle plan', 'what one training step of the report’s network does'],
    ['treadle plan --profile', 'and how long each instruction takes here'],
    ['treadle plan wide-and-deep-regressor --inference --batch-size 256 --json', 'for a program'],
  ],
  notes: [
    'Instructions of one phase run side by side, shared among threads unless marked “one thread”. ' +
      'Inputs come as bytes or as floats: both ways are listed, one is taken.',
  ],
  action: async (invocation) => (await import('../plan/action.ts')).planAction(invocation),
})
