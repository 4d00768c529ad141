import { dataArgs } from '../../../arguments/data-args.ts'
import { define } from '../../command.ts'

export const definition = define({
  description: 'Show the contents of a data set, its source and its checksums.',
  args: {
    data: {
      type: 'positional',
      default: 'auto',
      description: 'auto, sample, a folder or file, fashion-mnist or california-housing',
    },
    ...dataArgs(),
  },
  examples: [
    ['treadle data info', 'the data that --data auto trains on'],
    ['treadle data info ~/photos --size 64', 'your own images'],
  ],
})
