import { define } from '../command.ts'

export const definition = define({
  description: 'Check what this machine supports (SIMD, threads, data) and explain what is missing.',
  args: {
    threads: {
      type: 'string',
      default: 'auto',
      valueHint: 'auto|N',
      description: 'Number of threads to try, 1 to 8',
    },
  },
  examples: [
    ['treadle doctor', 'check this machine'],
    ['treadle doctor --json', 'the same, to attach to a bug report'],
  ],
})
