import { formats } from '@treadle/export'
import { define } from '../command.ts'

export const definition = define({
  description: 'Write a trained model in another format.',
  args: {
    model: {
      type: 'positional',
      valueHint: 'MODEL|RUN',
      description: 'A folder with a model.json, or a run directory',
    },
    format: {
      type: 'string',
      valueHint: formats.map(({ name }) => name).join('|'),
      description: 'The format. The default is the one whose extension --out has',
    },
    out: {
      type: 'string',
      valueHint: 'FILE',
      description: 'The file to write; for a format of several files, the folder. Required',
    },
    force: { type: 'boolean', description: 'Replace files that exist' },
  },
  examples: [
    ['treadle export runs/… --format tfjs --out model', 'copy the model of a run to the folder model'],
  ],
  notes: formats.map(({ name, description }) => `${name}: ${description}.`),
})
