import { globalArgs } from '../arguments/check.ts'
import { defineTreadleCommand } from '../command.ts'

export const reportArgs = {
  run: { type: 'positional', required: true, valueHint: 'RUN', description: 'A run directory' },
  format: {
    type: 'string',
    valueHint: 'html|txt|md|svg',
    description: 'Write only this kind of file; all of them unless given',
  },
  ...globalArgs,
} as const

export const report = defineTreadleCommand({
  meta: {
    name: 'report',
    description: 'Show a run’s report again and rewrite its files, without training or testing.',
  },
  args: reportArgs,
  examples: [
    [
      'treadle report runs/wide-and-deep-fashion-mnist-1-20260131-142530',
      'print it and rewrite report.html, .txt, .md and the drawings',
    ],
    ['treadle report runs/… --format html --quiet', 'only report.html'],
  ],
  action: async (invocation) => (await import('../report/action.ts')).reportAction(invocation),
})
