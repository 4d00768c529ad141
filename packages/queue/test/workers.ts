import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { QueueWorkerEvent, QueueWorkerOptions } from '../src/index.ts'

const FILE = fileURLToPath(new URL('worker-process.mjs', import.meta.url))

interface WorkerOptions extends Pick<QueueWorkerOptions, 'lockDuration' | 'checkpoints' | 'dataRoot'> {
  readonly env?: NodeJS.ProcessEnv
  /** The words that run it, as those of a network namespace. */
  readonly within?: readonly string[]
}

/** A worker in a process of its own, with the job that it has. */
export class TestWorker {
  readonly events: QueueWorkerEvent[] = []
  readonly #child: ChildProcess
  /** It was stopped by a signal and is to be left alone. */
  isPaused = false
  /** Epochs of its job that it has trained; undefined if it has none. */
  epochs: number | undefined

  constructor(url: string, { env, within = [], ...options }: WorkerOptions) {
    const line = [...within, process.execPath, FILE, url, JSON.stringify(options)]
    const [program, ...words] = line as [string, ...string[]]
    const stdio = ['ignore', 'inherit', 'inherit', 'ipc'] as const
    this.#child = spawn(program, words, { stdio: [...stdio], env: { ...process.env, ...env } })
    this.#child.on('message', (event: QueueWorkerEvent) => {
      this.events.push(event)
      if (event.type === 'job-start') this.epochs = 0
      if (event.type === 'job-epoch') this.epochs = (this.epochs ?? 0) + 1
      if (event.type === 'job-end' || event.type === 'job-failed') this.epochs = undefined
    })
  }

  get isAlive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name)
  }

  /** Has it give back its job and end. */
  async end(): Promise<void> {
    if (!this.isAlive) return
    const closed = once(this.#child, 'close')
    this.#child.send('end')
    await closed
  }
}

interface KillOptions extends WorkerOptions {
  /** Of workers. */
  readonly count: number
  /** Kills. */
  readonly most: number
  /** After how many epochs of a job the next one is killed. */
  readonly after: () => number
}

/** Keeps a number of workers alive, and kills one with SIGKILL when it has trained some epochs of a trial. */
export class KilledWorkers {
  kills = 0
  readonly all: TestWorker[]
  readonly #timer: NodeJS.Timeout

  /** All that were ever started. */
  readonly started: TestWorker[] = []

  constructor(url: string, { count, most, after, ...options }: KillOptions) {
    const start = () => {
      const worker = new TestWorker(url, options)
      this.started.push(worker)
      return worker
    }
    this.all = Array.from({ length: count }, start)
    let wait = after()
    this.#timer = setInterval(() => {
      for (const [i, worker] of this.all.entries()) {
        if (!worker.isAlive) this.all[i] = start()
        if (worker.isPaused || (worker.epochs ?? 0) < wait || this.kills === most) continue
        worker.signal('SIGKILL')
        worker.epochs = undefined
        this.kills += 1
        wait = after()
      }
    }, 5)
  }

  /** Stops a worker that has a job, without a word, for a time in ms. */
  async pauseOne(time: number): Promise<void> {
    for (;;) {
      const worker = this.all.find(({ isAlive, epochs = 0 }) => isAlive && epochs > 0)
      if (worker !== undefined) {
        worker.isPaused = true
        worker.signal('SIGSTOP')
        await delay(time)
        worker.signal('SIGCONT')
        worker.isPaused = false
        return
      }
      await delay(5)
    }
  }

  async end(): Promise<void> {
    clearInterval(this.#timer)
    await Promise.all(this.all.map((worker) => worker.end()))
  }
}
