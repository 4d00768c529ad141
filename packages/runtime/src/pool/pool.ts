import { TreadleError } from '@treadle/core'
import {
  barrierOf,
  compileKernels,
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
import { MAILBOX_BYTES, mailboxWords, type ThreadSetup } from './mailbox.ts'
import type { PoolThread } from './platform.ts'

/** Threads that run kernel sequences over one memory. */
export interface KernelPool extends SequenceRunner {
  /** Ends the threads. A run that is under way fails. */
  dispose(): Promise<void>
}

export interface PoolOptions {
  /** Threads that compute, the calling one included where it may block. 1 unless the memory is shared. */
  readonly threads: number
  /** Another place or form of the kernels. */
  readonly binary?: KernelsBinary | undefined
  /** Kernels that may use relaxed SIMD. */
  readonly relaxed?: boolean | undefined
  /** Logical cores: with more threads than that, waiting threads sleep at once instead of spinning. */
  readonly cores?: number | undefined
  /** Seconds after which a run fails whose threads do not come; 30 unless given. */
  readonly patience?: number | undefined
}

/** Milliseconds that threads get to start. */
const START = 30_000
/** Most turns at a barrier before sleeping: some 0.5 ms. */
const SPINS = 1_000_000
/** Milliseconds a page's own thread works at a time, under a frame. */
const SLICE = 12
const LATE = 'one of them did not come to a barrier in time'

/**
 * Starts a pool.
 * @throws TreadleError `RUNTIME_THREAD_FAILED` where a thread does not start, `KERNELS_NOT_LOADED`
 */
export async function startPool(host: KernelMemory, options: PoolOptions): Promise<KernelPool> {
  const shared = isShared(host.memory)
  const module = await compileKernels({ shared, relaxed: options.relaxed, binary: options.binary })
  const kernels = await instantiateKernels(module, host.memory)
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
  readonly #host: KernelMemory
  readonly #kernels: Kernels
  readonly #spins: number
  readonly #patience: number
  readonly #workers: PoolThread[] = []
  readonly #mailbox: number
  /** Why the pool is of no use any more. */
  #broken: string | undefined
  #disposed = false
  /** The run asked for last. */
  #last: Promise<void> = Promise.resolve()
  /** Under way, or 0. */
  #sequence = 0
  #ready = 0
  /** Of the job under way, where the caller waits for messages. */
  #told = 0
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

  /** Of shared memory, whose first bytes any view of it shows: also an older one. */
  get #words(): Int32Array {
    return new Int32Array(this.#host.memory.buffer, this.#mailbox, MAILBOX_BYTES / 4)
  }

  async start(): Promise<void> {
    // A page's own thread does the work only where it has nobody to give it to.
    const first = platform.callerWorks || !isShared(this.#host.memory) ? 1 : 0
    const timer = setTimeout(() => this.#breakDown(`they did not start within ${START / 1000} s`), START)
    for (let thread = first; thread < this.threads; thread++) {
      const setup: ThreadSetup = {
        module: this.module,
        memory: this.#host.memory,
        mailbox: this.#mailbox,
        thread,
        threads: this.threads,
      }
      this.#workers.push(
        platform.openThread(
          setup,
          (message) => {
            if (message.kind === 'failed') this.#breakDown(message.reason)
            else if (message.kind === 'ready') this.#ready += 1
            else this.#told += 1
            this.#changed()
          },
          (reason) => this.#breakDown(reason),
        ),
      )
    }
    try {
      await this.#until(() => this.#ready === this.#workers.length)
    } finally {
      clearTimeout(timer)
    }
  }

  /** One run after the other: two programs may share a pool. */
  run(sequence: number, from: number, to: number): Promise<void> {
    const turn = this.#last.then(() => this.#run(sequence, from, to))
    this.#last = turn.catch(() => {})
    return turn
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
      // Nobody may still be at the barrier when the sequence is run again.
      await this.#end()
      throw error
    } finally {
      this.#sequence = 0
    }
  }

  /** In slices, so that a page stays alive; in Node `breathe` costs nothing. */
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
    const words = this.#words
    this.#post(sequence, from, to)
    let failed = true
    try {
      failed = this.#kernels.run(sequence, from, to, 0, this.threads) !== 0
    } catch (error) {
      this.#breakDown(String(error))
      return
    }
    const deadline = performance.now() + this.#patience * 50
    for (let done = 0; (done = Atomics.load(words, mailboxWords.done)) < this.#workers.length && !failed;) {
      failed =
        Atomics.wait(words, mailboxWords.done, done, 1000) === 'timed-out' && performance.now() > deadline
    }
    if (!failed && !Atomics.load(words, mailboxWords.failed)) return
    // Its own words say more, and come as an event.
    await new Promise((resolve) => setTimeout(resolve, 20))
    this.#breakDown(LATE)
  }

  async #runInWorkers(sequence: number, from: number, to: number): Promise<void> {
    this.#told = 0
    this.#post(sequence, from, to)
    await this.#until(() => this.#told === this.#workers.length)
    if (Atomics.load(this.#words, mailboxWords.failed)) this.#breakDown(LATE)
  }

  #post(sequence: number, from: number, to: number): void {
    const words = this.#words
    const job = { sequence, from, to, barrier: barrierOf(sequence), done: 0, failed: 0 }
    for (const [name, value] of Object.entries(job))
      Atomics.store(words, mailboxWords[name as keyof typeof job], value)
    Atomics.add(words, mailboxWords.job, 1)
    Atomics.notify(words, mailboxWords.job)
  }

  /** Waits for word from the threads. Rejects if the pool breaks down first. */
  async #until(reached: () => boolean): Promise<void> {
    while (!reached()) {
      this.#check()
      await new Promise<void>((resolve) => (this.#changed = resolve))
    }
    this.#check()
  }

  #breakDown(reason: string): void {
    if (this.#broken !== undefined) return
    this.#broken = reason
    if (this.#sequence) this.#kernels.poison(barrierOf(this.#sequence))
    this.#changed()
  }

  #check(): void {
    if (this.#broken === undefined) return
    throw new TreadleError(
      'RUNTIME_THREAD_FAILED',
      `Running over ${this.threads} threads failed: ${this.#broken}. Start the runtime again; with \`threads: 1\` none are needed.`,
    )
  }

  async #end(): Promise<void> {
    if (this.#workers.length > 0) {
      const words = this.#words
      Atomics.store(words, mailboxWords.stop, 1)
      Atomics.add(words, mailboxWords.job, 1)
      Atomics.notify(words, mailboxWords.job)
    }
    await Promise.all(this.#workers.splice(0).map((worker) => worker.terminate()))
  }

  async dispose(): Promise<void> {
    if (this.#disposed) return
    this.#disposed = true
    this.#breakDown('the pool was disposed')
    await this.#end()
    this.#host.free(this.#mailbox)
  }
}
