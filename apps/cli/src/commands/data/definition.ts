import { define } from '../command.ts'

export const definition = define({
  description: 'Download data sets and show what they hold.',
  args: {},
  examples: [['treadle data info', 'the data that --data auto trains on']],
})
