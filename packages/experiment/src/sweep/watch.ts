import type { SweepStudy } from './sweep-study.ts'
import type { SweepTrial } from './trial.ts'

type Change = 'trial-start' | 'trial-end'

/** Tells which trials of a sweep began and ended since the last look, whichever worker has them. */
export class TrialWatch {
  readonly #study: SweepStudy
  readonly #onChange: (type: Change, trial: SweepTrial) => unknown
  readonly #seen = new Map<number, 'running' | 'ended'>()
  #looking: Promise<void> = Promise.resolve()

  /** @param onChange waited for. Trials that have ended already are not told */
  constructor(study: SweepStudy, onChange: (type: Change, trial: SweepTrial) => unknown) {
    this.#study = study
    this.#onChange = onChange
    for (const { number, state } of study.trials()) if (state !== 'stopped') this.#seen.set(number, 'ended')
  }

  /** Looks at the trials as they were read last. */
  look(): Promise<void> {
    this.#looking = this.#looking.then(() => this.#look())
    return this.#looking
  }

  /** Tells that the running trials have stopped. */
  async close(): Promise<void> {
    await this.look()
    for (const trial of this.#study.trials())
      if (this.#seen.get(trial.number) === 'running') await this.#onChange('trial-end', trial)
  }

  async #look(): Promise<void> {
    for (const trial of this.#study.trials()) {
      const before = this.#seen.get(trial.number)
      if (before === 'ended') continue
      if (before === undefined) {
        this.#seen.set(trial.number, 'running')
        await this.#onChange('trial-start', { ...trial, state: 'running' })
      }
      if (trial.state === 'stopped') continue
      this.#seen.set(trial.number, 'ended')
      await this.#onChange('trial-end', trial)
    }
  }
}
