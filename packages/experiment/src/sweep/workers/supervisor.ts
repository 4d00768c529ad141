import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { TreadleError } from '@treadle/core'
import type { LoggerSource } from '../../loggers/logger.ts'
import { startSweepProcess } from '../../sweep-process.ts'
import type { TrialInterruption } from '../interruptions.ts'
import type { SweepEnd, SweepStudy } from '../sweep-study.ts'
import { memoryKills } from './memory-kills.ts'
import type { Order, PlainRunEvent, Report } from './messages.ts'

export interface SupervisorOptions {
  /** Processes. */
  readonly workers: number
  /** Of each process. */
  readonly threads: number
  /** After this time without progress in a trial, a process is killed, in seconds. */
  readonly patience: number
  readonly trials: number | undefined
  readonly wait: boolean
  /** Each process writes the logs of its trials. */
  readonly loggers: readonly LoggerSource[]
  readonly signal: AbortSignal | undefined
  /** A worker has taken a trial or ended it. */
  readonly onChange: () => unknown
  readonly onRun: (number: number, event: PlainRunEvent) => unknown
}

/** How a process ended. */
type ProcessEnd =
  | Extract<Report, { type: 'end' | 'error' }>
  | { readonly type: 'died'; readonly name: string | undefined; readonly why: Why }

type Why = Pick<TrialInterruption, 'kind' | 'message'>

/** A process that is asked to end has this time, in ms. */
const GRACE = 60_000
/** Processes in a row that die before they take part: then something else is wrong. */
const FAILED_STARTS = 3
/** Of the end of what a process prints as errors. */
const KEPT = 4000

/**
 * Keeps a number of worker processes at work, until the sweep has ended. A process that dies or hangs is replaced, and
 * its trial is marked as interrupted.
 * @throws what every trial would meet; `EXPERIMENT_WORKER_FAILED` if processes cannot start
 */
export async function supervise(
  study: SweepStudy,
  options: SupervisorOptions,
): Promise<SweepEnd | 'aborted'> {
  const stop = new AbortController()
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal
  const slots = Array.from({ length: options.workers }, async () => {
    try {
      return await keepWorking(study, { ...options, signal })
    } catch (error) {
      stop.abort()
      throw error
    }
  })
  const ends = await Promise.allSettled(slots)
  const failed = ends.find((end) => end.status === 'rejected')
  if (failed) throw failed.reason
  const reasons = ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []))
  return reasons.find((reason) => reason !== 'aborted') ?? 'aborted'
}

type SlotOptions = SupervisorOptions & { readonly signal: AbortSignal }

async function keepWorking(study: SweepStudy, options: SlotOptions): Promise<SweepEnd | 'aborted'> {
  let failedStarts = 0
  while (!options.signal.aborted) {
    const end = await new WorkerProcess(study.folder.path, options).ended
    if (end.type === 'error') throw asError(end)
    if (end.type === 'end') {
      if (end.end !== 'restart') return end.end
      continue
    }
    if (end.name !== undefined) await study.interrupt({ ...end.why, worker: end.name })
    await options.onChange()
    failedStarts = end.name === undefined ? failedStarts + 1 : 0
    if (failedStarts === FAILED_STARTS)
      throw new TreadleError(
        'EXPERIMENT_WORKER_FAILED',
        `${FAILED_STARTS} worker processes in a row ended before their first trial. ${end.why.message}`,
      )
  }
  return 'aborted'
}

const asError = ({ code, message }: Extract<Report, { type: 'error' }>) =>
  code === undefined ? new Error(message) : new TreadleError(code, message)

class WorkerProcess {
  readonly ended: Promise<ProcessEnd>
  readonly #child: ChildProcess
  readonly #options: SlotOptions
  readonly #memoryKills = memoryKills()
  #name: string | undefined
  #last: Extract<Report, { type: 'end' | 'error' }> | undefined
  #errors = ''
  #isHung = false
  #timer: NodeJS.Timeout | undefined

  constructor(folder: string, options: SlotOptions) {
    this.#options = options
    this.#child = startSweepProcess()
    this.ended = this.#run(folder)
  }

  async #run(folder: string): Promise<ProcessEnd> {
    const child = this.#child
    const { signal, threads, trials, wait, loggers } = this.#options
    const closed = once(child, 'close').catch((error: unknown) => [undefined, String(error)])
    child.on('error', () => {})
    child.on('message', (report: Report) => this.#receive(report))
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#errors = `${this.#errors}${text}`.slice(-KEPT)
    })
    let grace: NodeJS.Timeout | undefined
    const abort = () => {
      this.#send({ type: 'abort' })
      grace = setTimeout(() => child.kill('SIGKILL'), GRACE)
    }
    signal.addEventListener('abort', abort)
    this.#send({ type: 'begin', folder, threads, trials, wait, loggers })
    this.#expectProgress(true)
    const [code, how] = (await closed) as [number | null | undefined, string | null]
    clearTimeout(grace)
    clearTimeout(this.#timer)
    signal.removeEventListener('abort', abort)
    return this.#last ?? { type: 'died', name: this.#name, why: this.#why(code, how) }
  }

  #send(order: Order): void {
    // A process that has just died is seen by its end.
    if (this.#child.connected) this.#child.send(order, () => {})
  }

  #receive(report: Report): void {
    if (report.type === 'present') this.#name = report.name
    if (report.type === 'end' || report.type === 'error') this.#last = report
    this.#expectProgress(report.type !== 'change' || report.isBusy)
    if (report.type === 'change') void this.#options.onChange()
    if (report.type === 'run') void this.#options.onRun(report.number, report.event)
  }

  /** A process without a trial may wait for as long as it likes. */
  #expectProgress(isExpected: boolean): void {
    clearTimeout(this.#timer)
    if (!isExpected) return
    this.#timer = setTimeout(() => {
      this.#isHung = true
      this.#child.kill('SIGKILL')
    }, 1000 * this.#options.patience)
  }

  #why(code: number | null | undefined, how: string | null): Why {
    const { patience } = this.#options
    if (this.#isHung) return { kind: 'hang', message: `The trial made no progress for ${patience} seconds.` }
    if (how === 'SIGKILL') {
      const kills = memoryKills()
      return kills !== undefined && kills > (this.#memoryKills ?? kills)
        ? { kind: 'memory', message: 'The system killed the process because memory was short.' }
        : { kind: 'killed', message: 'The process of the worker was killed.' }
    }
    const said = lastWords(this.#errors)
    const isMemory = /out of memory/i.test(this.#errors)
    return {
      kind: isMemory ? 'memory' : 'crash',
      message: `The process of the worker ended with ${how ?? `exit code ${code}`}${said === '' ? '.' : `: ${said}`}`,
    }
  }
}

/** The line that says what happened: an error's, else the last one. */
function lastWords(text: string): string {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  return (lines.find((line) => /^(FATAL ERROR|\w*Error\b)/.test(line)) ?? lines.at(-1) ?? '').slice(0, 300)
}
