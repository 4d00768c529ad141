import { weightsArg } from '../../arguments/weights-arg.ts'
import { define } from '../command.ts'

export const definition = define({
  description: 'Print the report of a run and write its files again, without training or testing.',
  args: {
    run: { type: 'positional', description: 'A run directory' },
    format: {
      type: 'string',
      valueHint: 'html|txt|md|svg',
      description: 'Write only this kind of file. The default is all kinds',
    },
    weights: weightsArg,
  },
  examples: [
    [
      'treadle report runs/wide-and-deep-fashion-mnist-1-20260131-142530',
      'print it and write report.html, .txt, .md and the figures as .svg',
    ],
    ['treadle report runs/… --format html --quiet', 'write report.html only'],
  ],
})
