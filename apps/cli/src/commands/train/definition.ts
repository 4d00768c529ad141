import { logArg } from '../../arguments/loggers.ts'
import { recipeArgs, settingArg } from '../../arguments/recipe-args.ts'
import type { Args } from '../../arguments/args.ts'
import { defaultModel, flags } from '@treadle/experiment/flags'
import { define } from '../command.ts'

const models = flags.find(({ positional }) => positional)

const model = {
  type: 'positional',
  default: defaultModel,
  valueHint: 'MODEL|RECIPE',
  description: `${models?.description}; or a recipe file (.yaml or .json)`,
} as const

const own = {
  set: settingArg,
  'print-recipe': { type: 'boolean', description: 'Print the complete recipe as YAML, and train nothing' },
  out: {
    type: 'string',
    alias: 'o',
    valueHint: 'DIR',
    description: 'Run directory. The default is runs/MODEL-DATA-SEED-TIME',
  },
  force: { type: 'boolean', description: 'Replace the run in --out' },
  log: logArg,
  resume: {
    type: 'string',
    valueHint: 'RUN',
    description: 'Continue an interrupted run to the same bits. A larger --epochs extends a finished run',
  },
} as const satisfies Args

export const definition = define({
  description:
    'Train a network, test it, and compare it with the published result. Writes everything to a run directory.',
  args: { model, ...own, ...recipeArgs() },
  notes: [
    'mlp, cnn-fast, cnn-tiny, cnn, resnet and photo-small have recipes of their own: epochs, batch size, optimizer, schedule, augmentation and label smoothing ' +
      'with other defaults than those above. --print-recipe shows them; flags change them. Another optimizer or schedule has its own defaults.',
    'Ctrl-C stops training, saves a checkpoint, the model and the history, and prints the command that continues. ' +
      'A second Ctrl-C exits at once; the checkpoint of the last finished epoch remains.',
  ],
  examples: [
    ['treadle train', 'the baseline experiment on Fashion-MNIST'],
    ['treadle train --data sample --epochs 2', 'a first run on 6,000 images'],
    [
      'treadle train --data ~/photos --units 64,64 --early-stopping 3',
      'your own images, one subfolder for each class',
    ],
    ['treadle train wide-and-deep-regressor --data california-housing', 'the regression form of the network'],
    [
      'treadle train cnn-tiny --depth 3 --dropout 0.1',
      'a small convolutional network with its own recipe, changed',
    ],
    ['treadle train cnn --flip horizontal --shift 2', 'augment the training images'],
    ['treadle train --optimizer adamw --schedule oneCycle --print-recipe > recipe.yaml', 'write a recipe'],
    ['treadle train recipe.yaml --set training.seed=2', 'train a recipe, with a change'],
    [
      'treadle train --base runs/shapes --data ~/photos',
      'a new head on a trained model: few pictures are enough',
    ],
    ['treadle train --resume runs/wide-and-deep-fashion-mnist-1-20260131-142530', 'continue after Ctrl-C'],
    ['treadle train --log tensorboard', 'watch the curves: TensorBoard reads the folder runs'],
    ['treadle train --json --quiet > run.json', 'JSON for a program'],
  ],
})
