import { MAILBOX_BYTES, mailboxWords, type ThreadMessage, type ThreadSetup } from './mailbox.ts'

interface Exports {
  run(sequence: number, from: number, to: number, thread: number, threads: number): number
  poison(barrier: number): void
  readonly paired: WebAssembly.Global
}

/** The main loop of a pool thread: waits for a job and runs its part of it, until `stop` is set. */
export async function serve(
  { module, memory, paired, mailbox, thread, threads }: ThreadSetup,
  report: (message: ThreadMessage) => void,
): Promise<void> {
  const words = new Int32Array(memory.buffer, mailbox, MAILBOX_BYTES / 4)
  const word = (name: keyof typeof mailboxWords) => Atomics.load(words, mailboxWords[name])
  let seen = word('job')
  let kernels: Exports
  try {
    kernels = (await WebAssembly.instantiate(module, { env: { memory } })).exports as unknown as Exports
    if (paired) kernels.paired.value = 1
  } catch (error) {
    return report({ kind: 'failed', reason: String(error) })
  }
  report({ kind: 'ready' })
  for (;;) {
    Atomics.wait(words, mailboxWords.job, seen)
    seen = word('job')
    if (word('stop')) return
    try {
      const failed = kernels.run(word('sequence'), word('from'), word('to'), thread, threads)
      // A page does not run the sequence itself, so it has no result of its own and reads this word instead.
      if (failed) Atomics.store(words, mailboxWords.failed, 1)
    } catch (error) {
      Atomics.store(words, mailboxWords.failed, 1)
      kernels.poison(word('barrier'))
      report({ kind: 'failed', reason: String(error) })
    }
    Atomics.add(words, mailboxWords.done, 1)
    Atomics.notify(words, mailboxWords.done)
    report({ kind: 'done' })
  }
}
