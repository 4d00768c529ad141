import { globalArgs } from '../arguments/check.ts'
import { defineTreadleCommand } from '../command.ts'

const name = {
  type: 'positional',
  required: false,
  default: 'fashion-mnist',
  valueHint: 'DATA',
  description: 'fashion-mnist or california-housing',
} as const

export const fetchArgs = { data: name, ...globalArgs } as const

export const infoArgs = {
  data: {
    ...name,
    default: 'auto',
    description: 'auto, sample, a folder, fashion-mnist or california-housing',
  },
  ...globalArgs,
} as const

const fetch = defineTreadleCommand({
  meta: { name: 'fetch', description: 'Download a data set, verify it and keep it in the cache.' },
  args: fetchArgs,
  examples: [
    ['treadle data fetch', 'Fashion-MNIST, about 31 MB'],
    ['treadle data fetch california-housing', 'the regression table'],
  ],
  action: async (invocation) => (await import('../data/fetch.ts')).fetchAction(invocation),
})

const info = defineTreadleCommand({
  meta: { name: 'info', description: 'Say what a data set holds, where it comes from, and its checksums.' },
  args: infoArgs,
  examples: [
    ['treadle data info', 'what --data auto would train on'],
    ['treadle data info ~/photos', 'your own pictures'],
  ],
  action: async (invocation) => (await import('../data/info.ts')).infoAction(invocation),
})

export const data = defineTreadleCommand({
  meta: { name: 'data', description: 'Fetch data sets and look at them.' },
  args: globalArgs,
  examples: [['treadle data info', 'what --data auto would train on']],
  children: { fetch: async () => fetch, info: async () => info },
})
