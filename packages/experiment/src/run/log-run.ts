import { show } from '@treadle/core'
import type { RunLog, RunLogger } from '../loggers/logger.ts'
import type { RunEpochEvent, RunSession } from './events.ts'
import type { RunOptions } from './options.ts'
import type { RunResult } from './result.ts'

/** The logs of one run. A log that fails ends with a warning, and the run goes on. */
export class RunLogs {
  readonly #logs = new Map<RunLogger, RunLog>()
  readonly #onEvent: RunOptions['onEvent']

  private constructor(onEvent: RunOptions['onEvent']) {
    this.#onEvent = onEvent
  }

  static async start(session: RunSession, { loggers = [], onEvent }: RunOptions): Promise<RunLogs> {
    const logs = new RunLogs(onEvent)
    for (const logger of loggers) {
      await logs.#try(logger, async () => void logs.#logs.set(logger, await logger.start(session)))
    }
    return logs
  }

  epoch(event: RunEpochEvent): Promise<void> {
    return this.#each((log) => log.epoch(event))
  }

  /** @param result undefined if the run failed */
  end(result: RunResult | undefined): Promise<void> {
    return this.#each((log) => log.end(result))
  }

  async #each(work: (log: RunLog) => Promise<void>): Promise<void> {
    for (const [logger, log] of this.#logs) await this.#try(logger, () => work(log))
  }

  async #try(logger: RunLogger, work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      this.#logs.delete(logger)
      const reason = error instanceof Error ? error.message : show(error)
      await this.#onEvent?.({
        type: 'warning',
        warning: {
          code: 'EXPERIMENT_LOG_FAILED',
          message: `The log for ${logger.name} ends here; the run goes on. The reason: ${reason}`,
        },
      })
    }
  }
}
