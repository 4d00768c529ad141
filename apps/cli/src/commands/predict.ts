import { globalArgs } from '../arguments/check.ts'
import { defineTreadleCommand } from '../command.ts'

export const predictArgs = {
  run: {
    type: 'positional',
    required: true,
    valueHint: 'RUN',
    description: 'A run directory, or a folder with a model.json',
  },
  image: {
    type: 'positional',
    required: true,
    valueHint: 'IMAGE',
    description: 'PNG files of any size, dark on light or light on dark',
  },
  top: { type: 'string', default: '3', valueHint: 'N', description: 'Classes to show for each image' },
  threads: {
    type: 'string',
    default: 'auto',
    valueHint: 'auto|N',
    description: 'Threads to compute with, 8 at most',
  },
  ...globalArgs,
} as const

export const predict = defineTreadleCommand({
  meta: { name: 'predict', description: 'Classify pictures with a trained model.' },
  args: predictArgs,
  rest: true,
  examples: [
    ['treadle predict runs/wide-and-deep-fashion-mnist-1-20260131-142530 shirt.png', 'one picture'],
    ['treadle predict runs/… *.png --top 1 --json', 'many, for a program'],
  ],
  action: async (invocation) => (await import('../predict/action.ts')).predictAction(invocation),
})
