import { RequestError } from './requests.ts'

type Task = () => Promise<void>

/** How long a server may be away, in ms: one that has answered before, one that has not, and when the run is over. */
const AWAY = 300_000
const NEVER_THERE = 20_000
const AT_END = 5000
/** Between attempts, in ms: from the first to the last, twice as long each time. */
const FIRST_PAUSE = 250
const LAST_PAUSE = 15_000

/**
 * Carries out tasks in their order while the run goes on, and tries again what a server did not fulfil. A server that is
 * down or slow delays nothing but the tasks.
 */
export class Outbox {
  readonly #tasks: Task[] = []
  #working: Promise<void> | undefined
  #failure: unknown
  #hasAnswered = false
  /** When the server last answered; at first, when the outbox was made. */
  #since = performance.now()
  #isClosing = false
  #wake = () => {}

  /** @throws why earlier tasks have failed for good; then nothing is sent any more */
  add(task: Task): void {
    if (this.#failure !== undefined) throw this.#failure
    this.#tasks.push(task)
    this.#working ??= this.#work()
  }

  /** Waits until all tasks are carried out, a few seconds for a server that does not answer. @throws why some were not */
  async close(): Promise<void> {
    this.#isClosing = true
    this.#since = performance.now()
    this.#wake()
    await this.#working
    if (this.#failure !== undefined) throw this.#failure
  }

  async #work(): Promise<void> {
    let pause = FIRST_PAUSE
    for (let task = this.#tasks[0]; task !== undefined; task = this.#tasks[0]) {
      try {
        await task()
        this.#tasks.shift()
        this.#hasAnswered = true
        this.#since = performance.now()
        pause = FIRST_PAUSE
      } catch (error) {
        const limit = this.#isClosing ? AT_END : this.#hasAnswered ? AWAY : NEVER_THERE
        const canRetry = error instanceof RequestError && error.canRetry
        if (!canRetry || performance.now() - this.#since > limit) {
          this.#failure = error
          return
        }
        await this.#pause(this.#isClosing ? FIRST_PAUSE : pause)
        pause = Math.min(2 * pause, LAST_PAUSE)
      }
    }
    this.#working = undefined
  }

  #pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}
