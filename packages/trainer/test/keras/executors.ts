import type { ExecutorName } from '../../src/index.ts'

/** Every executor is compared with the reference. */
export const executors: readonly ExecutorName[] = ['compiled', 'eager']
