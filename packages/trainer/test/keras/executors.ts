import type { ExecutorName } from '../../src/index.ts'

/** Every executor is held to the reference. */
export const executors: readonly ExecutorName[] = ['compiled', 'eager']
