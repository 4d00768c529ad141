import { define } from '../../command.ts'

export const definition = define({
  description: 'Download a data set, verify its checksums and store it in the cache.',
  args: {
    data: {
      type: 'positional',
      default: 'fashion-mnist',
      description: 'fashion-mnist or california-housing',
    },
  },
  examples: [
    ['treadle data fetch', 'Fashion-MNIST, about 31 MB'],
    ['treadle data fetch california-housing', 'the table for regression'],
  ],
})
