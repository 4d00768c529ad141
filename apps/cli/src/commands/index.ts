import { globalArgs } from '../arguments/check.ts'
import { defineTreadleCommand } from '../command.ts'

/** `treadle` itself. Each command is a file of its own, loaded when it is named. */
export const root = defineTreadleCommand({
  meta: {
    name: 'treadle',
    description: 'Train image classifiers on WebAssembly and check them against a published result.',
  },
  args: globalArgs,
  examples: [
    ['treadle train', 'the report’s experiment: 10 epochs on Fashion-MNIST'],
    ['treadle train --data sample --epochs 2', 'a first look, in seconds and without a download'],
    ['treadle predict runs/… shirt.png', 'classify a picture with what was trained'],
  ],
  children: {
    train: async () => (await import('./train.ts')).train,
    evaluate: async () => (await import('./evaluate.ts')).evaluate,
    predict: async () => (await import('./predict.ts')).predict,
    report: async () => (await import('./report.ts')).report,
    reproduce: async () => (await import('./reproduce.ts')).reproduce,
    data: async () => (await import('./data.ts')).data,
    plan: async () => (await import('./plan.ts')).plan,
    doctor: async () => (await import('./doctor.ts')).doctor,
  },
})
