/**
 * What the threads of a pool are told, as words of shared memory. The caller writes the job, then moves `job` on and
 * wakes whoever sleeps on it; each thread counts itself in `done` when it is through.
 */
export const mailboxWords = {
  job: 0,
  sequence: 1,
  from: 2,
  to: 3,
  /** Of the sequence, for a thread that fails. */
  barrier: 4,
  stop: 5,
  // On another cache line: threads write these, the caller reads.
  done: 16,
  failed: 17,
} as const

export const MAILBOX_BYTES = 128

/** What a thread gets when it begins. */
export interface ThreadSetup {
  readonly module: WebAssembly.Module
  readonly memory: WebAssembly.Memory
  /** Address of the mailbox. */
  readonly mailbox: number
  readonly thread: number
  readonly threads: number
}

/** What a thread says: once that it is ready, then after each job, and why where it failed. */
export type ThreadMessage =
  | { readonly kind: 'ready' | 'done' }
  | { readonly kind: 'failed'; readonly reason: string }
