import { flags } from '@treadle/experiment/flags'
import { recipeArgs, settingArg } from '../../arguments/recipe-args.ts'
import { define } from '../command.ts'

/** Fields of a recipe that a test of learning rates does not use. */
const UNUSED = /^(training\.epochs|optimizer\.learningRate|earlyStopping|metrics)\b/

const used = flags.filter(({ path, positional }) => !positional && !UNUSED.test(path)).map(({ name }) => name)

export const definition = define({
  description:
    'Find a learning rate: train a few steps while the rate grows, and show the loss at each rate.',
  args: {
    model: {
      type: 'positional',
      default: 'wide-and-deep',
      valueHint: 'MODEL|RECIPE',
      description: 'A model of `treadle train`, or a recipe file (.yaml or .json)',
    },
    from: { type: 'string', default: '1e-6', valueHint: 'X', description: 'Learning rate of the first step' },
    to: { type: 'string', default: '10', valueHint: 'X', description: 'Learning rate of the last step' },
    steps: {
      type: 'string',
      default: '300',
      valueHint: 'N',
      description: 'Steps of the test, 20 to 100,000',
    },
    out: {
      type: 'string',
      alias: 'o',
      repeats: true,
      valueHint: 'FILE',
      description: 'Also write the test to a file: .html, .svg, .md or .json. May be repeated',
    },
    force: { type: 'boolean', description: 'Replace files that exist' },
    set: settingArg,
    ...recipeArgs(used),
  },
  notes: [
    'The test takes network, data, augmentation, loss and optimizer of the recipe, and begins with the weights of its seed. ' +
      'It does not use the learning rate, the schedule and the epochs of the recipe. Nothing is saved but the files of --out.',
    'The suggested rate is the one at which the smoothed loss falls most steeply. A tenth of the rate at which it is lowest is ' +
      'shown, too; for networks with normalization that can be far too high. The test ends where the smoothed loss is four times ' +
      'its lowest value.',
  ],
  examples: [
    ['treadle lr-find', 'the baseline network with Adam'],
    ['treadle lr-find cnn-tiny --optimizer sgd --steps 500', 'another network and optimizer'],
    ['treadle lr-find recipe.yaml --out rates.html', 'a recipe, with its curve as a page'],
    ['treadle lr-find --json', 'JSON for a program'],
  ],
})
