import type { ProgressEvent, TrainingState } from '@treadle/trainer'
import type { CurvePoint, TrainSettings } from './protocol.ts'

/** Points of a whole run's curve: as many as can be told apart on a screen. */
const MOST_POINTS = 480

/** Turns the trainer's running figures into points of curves, a rate and a time left. */
export class Meter {
  readonly #settings: TrainSettings
  /** Training rows in an epoch. */
  readonly #rows: number
  /** Part of an epoch that a point stands for. */
  readonly #width: number
  readonly #began = performance.now()
  /** Rows trained on before. */
  readonly #before: number
  #epoch: number
  /** Where in the epoch the last point ended, with the sums up to there. */
  #last: { step: number; rows: number; loss: number; right: number }

  /** @param state where a resumed run goes on */
  constructor(settings: TrainSettings, rows: number, state: TrainingState | undefined) {
    this.#settings = settings
    this.#rows = rows
    this.#width = 1 / Math.max(4, Math.floor(MOST_POINTS / settings.epochs))
    this.#epoch = state?.epoch ?? 0
    const { samples = 0, loss = 0, metric = 0 } = state?.sums ?? {}
    this.#last = { step: state?.step ?? 0, rows: samples, loss, right: metric }
    this.#before = this.#epoch * rows + samples
  }

  /** The point that this event completes, if it does. */
  points({ epoch, step, steps, loss, accuracy = 0 }: ProgressEvent): CurvePoint[] {
    if (epoch !== this.#epoch) {
      this.#epoch = epoch
      this.#last = { step: 0, rows: 0, loss: 0, right: 0 }
    }
    const last = this.#last
    if (step < steps && (step - last.step) / steps < this.#width) return []
    const rows = this.#rowsAt(step)
    this.#last = { step, rows, loss: loss * rows, right: accuracy * rows }
    const point = {
      at: epoch + step / steps,
      loss: (this.#last.loss - last.loss) / (rows - last.rows),
      accuracy: (this.#last.right - last.right) / (rows - last.rows),
    }
    return [point]
  }

  /** Images a second since the run (or its resume) began, and the seconds left at that rate. */
  rate({ epoch, step }: ProgressEvent): { rate: number; secondsLeft: number } {
    const done = epoch * this.#rows + this.#rowsAt(step)
    const seconds = (performance.now() - this.#began) / 1000
    const rate = (done - this.#before) / seconds
    return { rate, secondsLeft: (this.#settings.epochs * this.#rows - done) / rate }
  }

  #rowsAt(step: number): number {
    return Math.min(step * this.#settings.batchSize, this.#rows)
  }
}
