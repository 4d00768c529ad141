import { define } from './command.ts'

/** `treadle` itself. */
export const definition = define({
  description: 'Train image classifiers on WebAssembly and compare them with a published result.',
  args: {},
  examples: [
    ['treadle train', 'the baseline experiment: 10 epochs on Fashion-MNIST'],
    ['treadle train --data sample --epochs 2', 'a first run, in seconds and without a download'],
    ['treadle predict runs/… shirt.png', 'classify an image with a trained model'],
  ],
})
