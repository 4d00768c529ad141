import { settingArg } from '../../arguments/recipe-args.ts'
import { define } from '../command.ts'

export const definition = define({
  description: 'Show the program that a network is compiled to, instruction by instruction.',
  args: {
    model: {
      type: 'positional',
      default: 'wide-and-deep',
      valueHint: 'MODEL|RECIPE',
      description:
        'A model of `treadle train`: for 28 × 28 pixels and 10 classes, or 8 columns; or a recipe file',
    },
    'batch-size': {
      type: 'string',
      alias: 'b',
      default: '32',
      valueHint: 'N',
      description: 'Samples per step, 1 to 4096',
    },
    set: settingArg,
    inference: {
      type: 'boolean',
      description: 'Show the program for prediction instead of the one for training',
    },
    profile: {
      type: 'boolean',
      description:
        'Also run the program on one thread and show the median time of each instruction, and its rate as a share of the rate of a product on this machine. With the fastMath and wideSimd of the recipe',
    },
  },
  examples: [
    ['treadle plan', 'one training step of the baseline network'],
    ['treadle plan --profile', 'the same with the time of each instruction on this machine'],
    ['treadle plan cnn --profile --set training.wideSimd=true', 'with pairs of 128-bit operations'],
    ['treadle plan wide-and-deep-regressor --inference --batch-size 256 --json', 'JSON for a program'],
  ],
  notes: [
    'The instructions of one phase run at the same time. Their work is shared among the threads unless they are ' +
      'marked “one thread”. The program accepts inputs as bytes or as floats: instructions for both are listed, ' +
      'and a step runs one of the two.',
  ],
})
