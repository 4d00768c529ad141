import { globalArgs } from '../arguments/check.ts'
import { defineTreadleCommand } from '../command.ts'

export const doctorArgs = {
  threads: { type: 'string', default: 'auto', valueHint: 'auto|N', description: 'Threads to try, 8 at most' },
  ...globalArgs,
} as const

export const doctor = defineTreadleCommand({
  meta: {
    name: 'doctor',
    description: 'Say what this machine offers (SIMD, threads, data) and why anything is off.',
  },
  args: doctorArgs,
  examples: [
    ['treadle doctor', 'a look at this machine'],
    ['treadle doctor --json', 'the same for a bug report'],
  ],
  action: async (invocation) => (await import('../doctor/action.ts')).doctorAction(invocation),
})
