import { formats } from '@treadle/export'
import { weightsArg } from '../../arguments/weights-arg.ts'
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
    weights: weightsArg,
    force: { type: 'boolean', description: 'Replace files that exist' },
  },
  examples: [
    ['treadle export runs/… --out shoes.onnx', 'for ONNX Runtime, in any language'],
    ['treadle export runs/… --out shoes.keras --weights best', 'the best epoch, for Keras 3 in Python'],
    ['treadle export runs/… --format tfjs --out model', 'for TensorFlow.js, in the folder model'],
  ],
  notes: [
    ...formats.map(({ name, description }) => `${name}: ${description}.`),
    'The files state the class names and the preprocessing of the model. A layer that a format cannot express is an error.',
  ],
})
