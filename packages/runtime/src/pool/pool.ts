import { TreadleError } from '@treadle/core'
import {
  barrierOf,
  instantiateKernels,
  isShared,
  readySequence,
  setSequence,
  type KernelMemory,
  type Kernels,
  type KernelsBinary,
  type SequenceRunner,
} from '@treadle/kernels'
import { platform } from '#pool-platform'
import { wide } from '#wide-simd'
import { MAILBOX_BYTES, mailboxWords, type ThreadSetup } from './mailbox.ts'
import type { PoolThread } from './platform.ts'

/** A pool of threads that runs kernel sequences in one memory. */
export interface KernelPool extends SequenceRunner {
  /**
   * Runs step 0 of `sequence` before it returns. @returns false, without having run it, if the threads are busy or there
   * are none. @throws TreadleError `RUNTIME_THREAD_FAILED`, also if an earlier run failed
   */
  runNow(sequence: number): boolean
  /** Ends the threads. A current run fails. */
  dispose(): Promise<void>
}

export interface PoolOptions {
  /** Number of compute threads, the calling thread included if it may block. Always 1 if the memory is not shared. */
  readonly threads: number
  /** The binary of the kernels. Default: the file of @treadle/kernels. */
  readonly binary?: KernelsBinary | undefined
  /** Whether the kernels use relaxed SIMD. Default: false. */
  readonly relaxed?: boolean | undefined
  /** Number of logical cores. If there are more threads, waiting threads sleep at once instead of spinning. */
  readonly cores?: number | undefined
  /** Seconds that a run waits for a thread at a barrier before it fails. Default: 30. */
  readonly patience?: number | undefined
}

/** Milliseconds within which all threads must start. */
const START = 30_000
/** Maximum number of iterations that a thread spins at a barrier before it sleeps: about 0.5 ms. */
const SPINS = 1_000_000
/** Milliseconds of work between two pauses on the main thread of a page: less than a frame. */
const SLICE = 12
const LATE = 'a thread did not reach a barrier in time'

/**
 * Starts a pool.
 * @throws TreadleError `RUNTIME_THREAD_FAILED` if a thread does not start, `KERNELS_NOT_LOADED`
 */
export async function startPool(host: KernelMemory, options: PoolOptions): Promise<KernelPool> {
  const shared = isShared(host.memory)
  const module = await wide.compile({ shared, relaxed: options.relaxed, binary: options.binary })
  const kernels = await instantiateKernels(module, host.memory, { paired: wide.state.on })
  const threads = shared ? options.threads : 1
  const pool = new Pool(host, { ...options, threads }, module, kernels)
  try {
    await pool.start()
  } catch (error) {
    await pool.dispose()
    throw error
  }
  return pool
}

class Pool implements KernelPool {
  readonly threads: number
  readonly module: WebAssembly.Module
  readonly paired = wide.state.on
  readonly #host: KernelMemory
  readonly #kernels: Kernels
  readonly #spins: number
  readonly #patience: number
  readonly #workers: PoolThread[] = []
  readonly #mailbox: number
  /** The reason why the pool cannot run any more. */
  #broken: string | undefined
  #disposed = false
  /** Resolves when all threads that were to end have ended: they read the mailbox until then. */
  #ending: Promise<unknown> = Promise.resolve()
  /** The last requested run. */
  #last: Promise<void> = Promise.resolve()
  /** Address of the current sequence, or 0. */
  #sequence = 0
  #ready = 0
  #changed: () => void = () => {}

  constructor(
    host: KernelMemory,
    { threads, cores, patience = 30 }: PoolOptions,
    module: WebAssembly.Module,
    kernels: Kernels,
  ) {
    this.#host = host
    this.threads = threads
    this.module = module
    this.#kernels = kernels
    this.#spins = cores !== undefined && threads > cores ? 0 : SPINS
    this.#patience = Math.ceil(patience * 20)
    this.#mailbox = host.allocate(MAILBOX_BYTES)
    this.#words.fill(0)
  }

  /** The mailbox. If the memory is shared, older views stay valid after it grows. */
  get #words(): Int32Array {
    return new Int32Array(this.#host.memory.buffer, this.#mailbox, MAILBOX_BYTES / 4)
  }

  async start(): Promise<void> {
    // The main thread of a page does the work only if memory is not shared.
    const first = platform.callerWorks || !isShared(this.#host.memory) ? 1 : 0
    const timer = setTimeout(() => this.#fail(`the threads did not start within ${START / 1000} s`), START)
    for (let thread = first; thread < this.threads; thread++) {
      const setup: ThreadSetup = {
        module: this.module,
        memory: this.#host.memory,
        paired: this.paired,
        mailbox: this.#mailbox,
        thread,
        threads: this.threads,
      }
      this.#workers.push(
        platform.openThread(
          setup,
          (message) => {
            if (message.kind === 'failed') this.#fail(message.reason)
            else if (message.kind === 'ready') this.#ready += 1
            this.#changed()
          },
          (reason) => this.#fail(reason),
        ),
      )
    }
    try {
      await this.#until(() => this.#ready === this.#workers.length)
    } finally {
      clearTimeout(timer)
    }
  }

  /** Queues the runs, because two programs may share a pool. */
  run(sequence: number, from: number, to: number): Promise<void> {
    const turn = this.#last.then(() => this.#run(sequence, from, to))
    this.#last = turn.catch(() => {})
    return turn
  }

  runNow(sequence: number): boolean {
    this.#check()
    if (this.#workers.length === 0 || this.#sequence !== 0) return false
    this.#sequence = sequence
    setSequence(this.#host.memory, sequence, { spins: this.#spins, patience: this.#patience })
    readySequence(this.#host.memory, sequence)
    try {
      if (!this.#runBlocking(sequence, 0, 1)) this.#fail(LATE)
      this.#check()
      return true
    } catch (error) {
      // No thread may go on in memory that the caller frees.
      void this.#end()
      throw error
    } finally {
      this.#sequence = 0
    }
  }

  async #run(sequence: number, from: number, to: number): Promise<void> {
    this.#check()
    this.#sequence = sequence
    setSequence(this.#host.memory, sequence, { spins: this.#spins, patience: this.#patience })
    readySequence(this.#host.memory, sequence)
    try {
      if (this.#workers.length === 0) await this.#runAlone(sequence, from, to)
      else if (platform.callerWorks) await this.#runWithWorkers(sequence, from, to)
      else await this.#runInWorkers(sequence, from, to)
      this.#check()
    } catch (error) {
      // No thread may still wait at the barrier when the sequence runs again.
      await this.#end()
      throw error
    } finally {
      this.#sequence = 0
    }
  }

  /** Runs in slices to keep a page responsive. In Node.js `breathe` costs nothing. */
  async #runAlone(sequence: number, from: number, to: number): Promise<void> {
    let step = from
    while (step < to) {
      const end = performance.now() + SLICE
      do this.#kernels.run(sequence, step, step + 1, 0, 1)
      while (++step < to && performance.now() < end)
      await platform.breathe()
    }
  }

  async #runWithWorkers(sequence: number, from: number, to: number): Promise<void> {
    if (this.#runBlocking(sequence, from, to)) return
    // The message of the failed thread has more details, and arrives as an event.
    await new Promise((resolve) => setTimeout(resolve, 20))
    this.#fail(LATE)
  }

  /** Runs steps on all threads before it returns, the caller's included if it may block. @returns false if one failed */
  #runBlocking(sequence: number, from: number, to: number): boolean {
    const words = this.#words
    this.#post(sequence, from, to)
    try {
      if (platform.callerWorks && this.#kernels.run(sequence, from, to, 0, this.threads) !== 0) return false
    } catch (error) {
      this.#fail(String(error))
      return false
    }
    const deadline = performance.now() + this.#patience * 50
    for (let done = 0; (done = Atomics.load(words, mailboxWords.done)) < this.#workers.length;) {
      if (performance.now() > deadline) return false
      // The main thread of a page must not sleep.
      if (platform.callerWorks) Atomics.wait(words, mailboxWords.done, done, 1000)
    }
    return Atomics.load(words, mailboxWords.failed) === 0
  }

  async #runInWorkers(sequence: number, from: number, to: number): Promise<void> {
    this.#post(sequence, from, to)
    await this.#until(() => Atomics.load(this.#words, mailboxWords.done) === this.#workers.length)
    if (Atomics.load(this.#words, mailboxWords.failed)) this.#fail(LATE)
  }

  #post(sequence: number, from: number, to: number): void {
    const words = this.#words
    const job = { sequence, from, to, barrier: barrierOf(sequence), done: 0, failed: 0 }
    for (const [name, value] of Object.entries(job))
      Atomics.store(words, mailboxWords[name as keyof typeof job], value)
    Atomics.add(words, mailboxWords.job, 1)
    Atomics.notify(words, mailboxWords.job)
  }

  /** Waits for messages of the threads until `reached` is true. Rejects if the pool fails first. */
  async #until(reached: () => boolean): Promise<void> {
    while (!reached()) {
      this.#check()
      await new Promise<void>((resolve) => (this.#changed = resolve))
    }
    this.#check()
  }

  #fail(reason: string): void {
    if (this.#broken !== undefined) return
    this.#broken = reason
    if (this.#sequence) this.#kernels.poison(barrierOf(this.#sequence))
    this.#changed()
  }

  #check(): void {
    if (this.#broken === undefined) return
    throw new TreadleError(
      'RUNTIME_THREAD_FAILED',
      `Running on ${this.threads} threads failed: ${this.#broken}. Start the runtime again, or start it with \`threads: 1\`.`,
    )
  }

  async #end(): Promise<void> {
    if (this.#workers.length > 0) {
      const words = this.#words
      Atomics.store(words, mailboxWords.stop, 1)
      Atomics.add(words, mailboxWords.job, 1)
      Atomics.notify(words, mailboxWords.job)
    }
    this.#ending = Promise.all([this.#ending, ...this.#workers.splice(0).map((worker) => worker.terminate())])
    await this.#ending
  }

  async dispose(): Promise<void> {
    if (this.#disposed) return
    this.#disposed = true
    this.#fail('the pool was disposed')
    await this.#end()
    this.#host.free(this.#mailbox)
  }
}
