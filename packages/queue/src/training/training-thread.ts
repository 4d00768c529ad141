import type { Worker } from 'node:worker_threads'
import { TreadleError } from '@treadle/core'
import { startThread } from '../start-thread.ts'
import type { Order, Report, Training } from './messages.ts'

type End = Extract<Report, { type: 'end' }>

export interface TrainingOptions {
  /** A training that sends nothing for so long is ended, in seconds. */
  readonly patience: number
  readonly onReport: (report: Exclude<Report, End | { type: 'error' }>) => void
}

/** A training that runs. */
interface Running extends TrainingOptions {
  readonly resolve: (end: End) => void
  readonly reject: (error: unknown) => void
  timer?: NodeJS.Timeout
}

/**
 * A thread that trains one job at a time. The connection to Redis is on the main thread, which is idle, so that the lock
 * of the job is renewed whatever the training does.
 */
export class TrainingThread {
  #worker: Worker | undefined
  #running: Running | undefined

  /**
   * @throws TreadleError what the training throws; `QUEUE_HUNG`, `QUEUE_CRASHED` if the thread ends: the next training
   *   begins another one
   */
  async train(training: Training, options: TrainingOptions): Promise<End> {
    this.#worker ??= this.#start()
    try {
      return await new Promise<End>((resolve, reject) => {
        this.#running = { ...options, resolve, reject }
        this.#expectProgress(this.#running)
        this.#send({ type: 'train', training })
      })
    } finally {
      clearTimeout(this.#running?.timer)
      this.#running = undefined
    }
  }

  /** Has the training save a checkpoint and end. */
  stop(): void {
    this.#send({ type: 'stop' })
  }

  async end(): Promise<void> {
    const worker = this.#worker
    this.#worker = undefined
    await worker?.terminate()
  }

  #start(): Worker {
    const worker = startThread()
    worker.on('message', (report: Report) => this.#receive(report))
    worker.on('error', (error) => this.#lose('QUEUE_CRASHED', `The training thread ended: ${String(error)}`))
    worker.on('exit', (code) => {
      if (worker === this.#worker)
        this.#lose('QUEUE_CRASHED', `The training thread ended with exit code ${code}.`)
    })
    return worker
  }

  #send(order: Order): void {
    this.#worker?.postMessage(order)
  }

  #receive(report: Report): void {
    const running = this.#running
    if (running === undefined) return
    this.#expectProgress(running)
    if (report.type === 'end') running.resolve(report)
    else if (report.type === 'error') running.reject(asError(report))
    else running.onReport(report)
  }

  #expectProgress(running: Running): void {
    clearTimeout(running.timer)
    const hung = () =>
      this.#lose('QUEUE_HUNG', `The training made no progress for ${running.patience} seconds.`)
    running.timer = setTimeout(hung, 1000 * running.patience)
  }

  /** The thread cannot be used any more. */
  #lose(code: string, message: string): void {
    this.#running?.reject(new TreadleError(code, message))
    void this.end()
  }
}

const asError = ({ code, message }: Extract<Report, { type: 'error' }>) =>
  code === undefined ? new Error(message) : new TreadleError(code, message)
