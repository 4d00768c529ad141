import { define } from '../command.ts'

export const definition = define({
  description: 'List runs: their state, data, model and best results.',
  args: {
    folder: {
      type: 'positional',
      default: 'runs',
      description: 'A folder with run directories, searched three levels down',
    },
    sort: {
      type: 'string',
      default: '-date',
      valueHint: 'FIELD|-FIELD',
      description: 'Order by a field, with - the highest first. Runs without the field come last',
    },
    filter: {
      type: 'string',
      valueHint: 'EXPRESSION',
      description: 'List only the runs for which this holds, such as "accuracy > 0.88 and model = cnn"',
    },
  },
  notes: [
    'Fields: name, state, date, data, model, seed, epochs, seconds, parameters, weights, accuracy (test), val_accuracy (best ' +
      'validation), test.METRIC, best.METRIC (over the epochs), and the fields of the recipe, such as optimizer.name.',
    'An expression has conditions FIELD OPERATOR VALUE with = != < <= > >= or ~ (contains), joined by and, or and parentheses. ' +
      'A value with spaces stands in quotes.',
    'States: done, running, interrupted (treadle train --resume continues it), failed, damaged.',
  ],
  examples: [
    ['treadle runs', 'the runs in runs/, the newest first'],
    ['treadle runs --sort -accuracy --filter "optimizer.name = adamw"', 'the best of some'],
    ['treadle runs ~/experiments --filter "state = interrupted" --json', 'for a program'],
  ],
})
