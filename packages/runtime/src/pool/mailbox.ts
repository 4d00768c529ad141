/**
 * The words of shared memory through which the caller controls the threads of a pool. The caller writes a job, increments
 * `job` and wakes the threads that wait on it. Each thread increments `done` when it has finished.
 */
export const mailboxWords = {
  job: 0,
  sequence: 1,
  from: 2,
  to: 3,
  /** Address of the sequence's barrier, for a thread that fails. */
  barrier: 4,
  stop: 5,
  // On a separate cache line: the threads write these words, and the caller reads them.
  done: 16,
  failed: 17,
} as const

export const MAILBOX_BYTES = 128

/** The arguments of a new thread. */
export interface ThreadSetup {
  readonly module: WebAssembly.Module
  readonly memory: WebAssembly.Memory
  /** Whether the engine pairs vectors: see `instantiateKernels`. */
  readonly paired: boolean
  /** Address of the mailbox. */
  readonly mailbox: number
  readonly thread: number
  readonly threads: number
}

/** A message of a thread: `ready` once, `done` after each job, `failed` with the reason of a failure. */
export type ThreadMessage =
  | { readonly kind: 'ready' | 'done' }
  | { readonly kind: 'failed'; readonly reason: string }
