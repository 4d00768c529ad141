import { ttaArg } from '../../arguments/tta-arg.ts'
import { weightsArg } from '../../arguments/weights-arg.ts'
import { define } from '../command.ts'

export const definition = define({
  description: 'Classify images with a trained model.',
  args: {
    run: { type: 'positional', description: 'A run directory, or a folder with a model.json' },
    image: {
      type: 'positional',
      repeats: true,
      description:
        'Image files (PNG, JPEG, WebP, GIF, BMP) of any size, folders of them, globs, or - for standard input. A file that cannot be read is reported, and the others are classified',
    },
    top: { type: 'string', default: '3', valueHint: 'N', description: 'Classes to show for each image' },
    threads: {
      type: 'string',
      default: 'auto',
      valueHint: 'auto|N',
      description: 'Number of threads, 1 to 8',
    },
    csv: { type: 'boolean', description: 'Print CSV: image, rank, class, probability, error, distance' },
    show: {
      type: 'boolean',
      description:
        'Draw each image as the network sees it: cut, scaled, inverted; in colour, or in characters where the terminal has none',
    },
    weights: weightsArg,
    tta: ttaArg,
  },
  examples: [
    ['treadle predict runs/wide-and-deep-fashion-mnist-1-20260131-142530 shirt.png', 'one image'],
    ['treadle predict runs/… photos/ --csv > answers.csv', 'all images of a folder, as a table'],
    ['treadle predict runs/… photo.jpg --show', 'the answer, below what the network sees'],
    ['treadle predict runs/… *.png --top 1 --json', 'several images, as JSON for a program'],
  ],
})
