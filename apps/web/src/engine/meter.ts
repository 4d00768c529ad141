import type { ProgressEvent, TrainingState } from '@treadle/trainer'
import type { CurvePoint } from './protocol.ts'

/** Points of a whole run's curve: as many as a screen can show. */
const MOST_POINTS = 480

/** The size of a run. */
export interface MeteredRun {
  readonly epochs: number
  readonly batchSize: number
  /** Training samples in an epoch. */
  readonly samples: number
}

/** Turns the trainer's running metrics into points of curves, a rate and a remaining time. */
export class Meter {
  readonly #run: MeteredRun
  /** Fraction of an epoch that a point covers. */
  readonly #width: number
  readonly #began = performance.now()
  /** Samples trained on before this start. */
  readonly #before: number
  #epoch: number
  /** The end of the last point in the epoch, with the sums up to it. */
  #last: { step: number; samples: number; loss: number; correct: number }

  /** @param state the checkpoint of a resumed run */
  constructor(run: MeteredRun, state: TrainingState | undefined) {
    this.#run = run
    this.#width = 1 / Math.max(4, Math.floor(MOST_POINTS / run.epochs))
    this.#epoch = state?.epoch ?? 0
    const { samples = 0, loss = 0, metric = 0 } = state?.sums ?? {}
    this.#last = { step: state?.step ?? 0, samples, loss, correct: metric }
    this.#before = this.#epoch * run.samples + samples
  }

  /** The point that this event completes, if any. */
  points({ epoch, step, steps, loss, accuracy = 0 }: ProgressEvent): CurvePoint[] {
    if (epoch !== this.#epoch) {
      this.#epoch = epoch
      this.#last = { step: 0, samples: 0, loss: 0, correct: 0 }
    }
    const last = this.#last
    if (step < steps && (step - last.step) / steps < this.#width) return []
    const samples = this.#samplesAt(step)
    this.#last = { step, samples, loss: loss * samples, correct: accuracy * samples }
    const point = {
      at: epoch + step / steps,
      loss: (this.#last.loss - last.loss) / (samples - last.samples),
      accuracy: (this.#last.correct - last.correct) / (samples - last.samples),
    }
    return [point]
  }

  /** Images per second since the run started or continued, and the remaining seconds at this rate. */
  rate({ epoch, step }: ProgressEvent): { rate: number; secondsLeft: number } {
    const done = epoch * this.#run.samples + this.#samplesAt(step)
    const seconds = (performance.now() - this.#began) / 1000
    const rate = (done - this.#before) / seconds
    return { rate, secondsLeft: (this.#run.epochs * this.#run.samples - done) / rate }
  }

  #samplesAt(step: number): number {
    return Math.min(step * this.#run.batchSize, this.#run.samples)
  }
}
