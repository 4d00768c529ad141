import { choosingArgs } from '../../arguments/data-args.ts'
import { ttaArg } from '../../arguments/tta-arg.ts'
import { weightsArg } from '../../arguments/weights-arg.ts'
import { define } from '../command.ts'

export const definition = define({
  description: 'Test a trained model on the test samples of a data set.',
  args: {
    run: { type: 'positional', description: 'A run directory, or the folder of a saved model' },
    data: {
      type: 'string',
      valueHint: 'auto|sample|PATH|california-housing',
      description:
        'Test on other data: on their test samples, or on all of them if no part is for testing. The default is the data of the run; a saved model has none',
    },
    map: {
      type: 'string',
      valueHint: 'FILE',
      description:
        'With --data: which class each name means, as JSON { "name": "class" } or as lines name,class',
    },
    'batch-size': {
      type: 'string',
      alias: 'b',
      default: '256',
      valueHint: 'N',
      description: 'Samples per batch, 1 to 1024',
    },
    threads: {
      type: 'string',
      default: 'auto',
      valueHint: 'auto|N',
      description: 'Number of threads, 1 to 8',
    },
    weights: weightsArg,
    tta: ttaArg,
    ...choosingArgs(),
  },
  examples: [
    [
      'treadle evaluate runs/wide-and-deep-fashion-mnist-1-20260131-142530',
      'on the test samples of its own data',
    ],
    ['treadle evaluate runs/… --data ~/photos', 'on other images of the same classes'],
    ['treadle evaluate runs/… --tta flip', 'with the mirror image of each image'],
    ['treadle evaluate ensemble --data auto', 'what `treadle ensemble` has made, on Fashion-MNIST'],
  ],
})
