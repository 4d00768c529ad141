import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { TreadleError } from '@treadle/core'
import { startSweepProcess } from '../../sweep-process.ts'
import type { TrialInterruption } from '../interruptions.ts'
import { memoryKills } from './memory-kills.ts'
import type { Order, Report, Work } from './messages.ts'

interface ProcessOptions {
  /** After this time without progress in its work, the process is killed, in seconds. */
  readonly patience: number
  readonly signal: AbortSignal | undefined
  readonly onReport: (report: Report) => unknown
}

/** How a process ended. */
type ProcessEnd =
  | Extract<Report, { type: 'end' | 'error' }>
  | { readonly type: 'died'; readonly name: string | undefined; readonly why: Why }

type Why = Pick<TrialInterruption, 'kind' | 'message'>

/** A process that is asked to end has this time, in ms. */
const GRACE = 60_000
/** Of the end of what a process prints as errors. */
const KEPT = 4000

/** The error that a process has reported. */
export const reportedError = ({ code, message }: Extract<Report, { type: 'error' }>): Error =>
  code === undefined ? new Error(message) : new TreadleError(code, message)

/** A worker process, from its start to its end. It is killed if it hangs. */
export class WorkerProcess {
  readonly ended: Promise<ProcessEnd>
  readonly #child: ChildProcess
  readonly #options: ProcessOptions
  readonly #memoryKills = memoryKills()
  #name: string | undefined
  #last: Extract<Report, { type: 'end' | 'error' }> | undefined
  #errors = ''
  #isHung = false
  #timer: NodeJS.Timeout | undefined

  constructor(work: Work, options: ProcessOptions) {
    this.#options = options
    this.#child = startSweepProcess()
    this.ended = this.#run(work)
  }

  async #run(work: Work): Promise<ProcessEnd> {
    const child = this.#child
    const { signal } = this.#options
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
    signal?.addEventListener('abort', abort)
    this.#send(work)
    if (signal?.aborted) abort()
    this.#expectProgress(true)
    const [code, how] = (await closed) as [number | null | undefined, string | null]
    clearTimeout(grace)
    clearTimeout(this.#timer)
    signal?.removeEventListener('abort', abort)
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
    void this.#options.onReport(report)
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
