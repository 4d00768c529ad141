import type { DataSummary, EngineEvent, Result, RunSummary } from '../engine/protocol.ts'
import { Chart, accuracyChart, lossChart } from './chart.ts'
import { byId } from './dom.ts'
import { clock, count, percent, plural } from './format.ts'
import { drawMiniMatrix } from './matrix.ts'

type Progress = Extract<EngineEvent, { type: 'progress' }>

/** How a run goes: figures, curves, the matrix as it forms, and which buttons make sense. */
export class RunDisplay {
  readonly #charts = [
    new Chart(byId('chart-accuracy'), accuracyChart),
    new Chart(byId('chart-loss'), lossChart),
  ]
  #epochs = 10
  #classes = 10

  /** Empties it for data on which nothing has run yet. */
  setData({ classNames, reference, comparable, test }: DataSummary): void {
    this.#classes = classNames.length
    for (const chart of this.#charts) chart.begin(this.#epochs, reference)
    this.#showMatrix(undefined, 0)
    this.#showAccuracy(undefined, `of ${count(test.count)} test images right`)
    byId('comparison').textContent =
      reference && !comparable
        ? 'The published run trained on 60,000 images, ten times the sample: its curves are for orientation, not for comparison.'
        : ''
  }

  /** Shows a run from its start, or as it was found. */
  begin({ settings, history, status }: RunSummary, data: DataSummary): void {
    this.#epochs = settings.epochs
    this.setData(data)
    for (const chart of this.#charts) chart.setHistory(history)
    this.#latest(history.val_accuracy?.at(-1), data)
    this.#setState(status)
    if (status === 'running') say('Training: curves and confusion matrix grow as it goes.')
  }

  goOn(): void {
    this.#setState('running')
    say('Going on.')
  }

  progress({ epoch, step, steps, loss, rate, secondsLeft, points }: Progress): void {
    byId('fact-epoch').textContent = `${epoch + 1} of ${this.#epochs}`
    byId('fact-loss').textContent = loss.toFixed(4)
    byId('fact-rate').textContent = count(rate)
    byId('fact-left').textContent = clock(secondsLeft)
    byId<HTMLProgressElement>('run-bar').value = (epoch + step / steps) / this.#epochs
    for (const chart of this.#charts) chart.add(points)
  }

  epoch({ epoch, logs, history }: Extract<EngineEvent, { type: 'epoch' }>, data: DataSummary): void {
    for (const chart of this.#charts) chart.setHistory(history)
    const { accuracy = 0, val_accuracy: validation = 0 } = logs
    say(
      `Epoch ${epoch + 1} of ${this.#epochs} done: ${percent(validation)} of the test images right, ${percent(accuracy)} in training.`,
    )
    this.#latest(history.val_accuracy?.at(-1), data)
  }

  matrix({ matrix, rows }: Extract<EngineEvent, { type: 'matrix' }>): void {
    this.#showMatrix(matrix, rows)
  }

  end(run: RunSummary, result: Result | undefined): void {
    this.#setState(run.status)
    const { epochsDone, stepsDone, settings } = run
    const within = stepsDone > 0 ? ` and ${plural(stepsDone, 'step')}` : ''
    const done = `${count(epochsDone)} of ${plural(settings.epochs, 'epoch')}${within}`
    if (run.status === 'paused')
      say(`Paused after ${done}. It can go on to the very same bits, after a reload too.`)
    else if (run.status === 'stopped') say(`Stopped after ${done}.`)
    else say(`Trained for ${plural(epochsDone, 'epoch')}. Look, try and keep it below.`)
    byId<HTMLProgressElement>('run-bar').value = run.status === 'finished' ? 1 : epochsDone / settings.epochs
    byId('fact-left').textContent = '–'
    byId('fact-epoch').textContent = `${Math.min(epochsDone, settings.epochs)} of ${settings.epochs}`
    const loss = run.history.loss.at(-1)
    if (loss !== undefined) byId('fact-loss').textContent = loss.toFixed(4)
    if (result) this.showResult(result)
  }

  fail(message: string): void {
    this.#setState('paused')
    say(message)
  }

  showResult({ matrix }: Result): void {
    const total = matrix.flat().reduce((sum, value) => sum + value, 0)
    const correct = matrix.reduce((sum, row, i) => sum + (row[i] ?? 0), 0)
    this.#showAccuracy(correct / total, `of ${count(total)} test images right`)
    this.#showMatrix(matrix, total)
  }

  #latest(accuracy: number | undefined, { test }: DataSummary): void {
    if (accuracy !== undefined) this.#showAccuracy(accuracy, `of ${count(test.count)} test images right`)
  }

  #showAccuracy(accuracy: number | undefined, note: string): void {
    byId('accuracy').textContent = accuracy === undefined ? '–' : percent(accuracy)
    byId('accuracy-note').textContent = note
  }

  #showMatrix(matrix: Result['matrix'] | undefined, rows: number): void {
    drawMiniMatrix(byId('mini-matrix'), matrix, this.#classes)
    byId('mini-note').textContent = matrix ? `${count(rows)} test images` : 'rows true, columns predicted'
  }

  #setState(status: RunSummary['status']): void {
    const shown = {
      start: ['stopped', 'finished'],
      pause: ['running'],
      resume: ['paused'],
      stop: ['running', 'paused'],
    }
    const had = document.activeElement
    for (const [id, statuses] of Object.entries(shown)) byId(id).hidden = !statuses.includes(status)
    // A button that goes away must not take the keyboard's place with it.
    if (had instanceof HTMLElement && had.hidden)
      byId(status === 'running' ? 'pause' : status === 'paused' ? 'resume' : 'start').focus()
    document.body.classList.toggle('training', status === 'running')
  }
}

function say(text: string): void {
  byId('status').textContent = text
}
