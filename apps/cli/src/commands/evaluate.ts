import { globalArgs } from '../arguments/check.ts'
import { defineTreadleCommand } from '../command.ts'

export const evaluateArgs = {
  run: { type: 'positional', required: true, valueHint: 'RUN', description: 'A run directory' },
  data: {
    type: 'string',
    valueHint: 'auto|sample|DIR|california-housing',
    description: 'Test on other data than the run’s own',
  },
  'batch-size': { type: 'string', alias: 'b', default: '256', valueHint: 'N', description: 'Rows at a time' },
  threads: {
    type: 'string',
    default: 'auto',
    valueHint: 'auto|N',
    description: 'Threads to compute with, 8 at most',
  },
  ...globalArgs,
} as const

export const evaluate = defineTreadleCommand({
  meta: { name: 'evaluate', description: 'Test a trained model on the test rows of a data set.' },
  args: evaluateArgs,
  examples: [
    [
      'treadle evaluate runs/wide-and-deep-fashion-mnist-1-20260131-142530',
      'on the data it was trained with',
    ],
    ['treadle evaluate runs/… --data ~/photos', 'on other pictures of the same classes'],
  ],
  action: async (invocation) => (await import('../evaluate/action.ts')).evaluateAction(invocation),
})
