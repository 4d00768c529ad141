import type { DataSummary, EarlyMatrix, EngineEvent, Result, RunSummary } from '../engine/protocol.ts'
import { Chart, accuracyChart, lossChart } from './chart.ts'
import { byId } from './dom.ts'
import { clock, count, percent, plural } from './format.ts'
import { drawMiniMatrix } from './matrix.ts'

type Progress = Extract<EngineEvent, { type: 'progress' }>

/** The state of a run: metrics, curves, the current confusion matrix, and the buttons that apply. */
export class RunDisplay {
  readonly #charts = [
    new Chart(byId('chart-accuracy'), accuracyChart),
    new Chart(byId('chart-loss'), lossChart),
  ]
  #epochs = 10
  #classes = 10

  /** Clears the display for data without a run. */
  setData(data: DataSummary): void {
    this.#clear(data, data.reference)
  }

  /** @param reference the baseline, if its curves are shown */
  #clear({ classNames, comparable, test }: DataSummary, reference: DataSummary['reference']): void {
    this.#classes = classNames.length
    for (const chart of this.#charts) chart.begin(this.#epochs, reference)
    this.#showMatrix(undefined, 0)
    this.#showAccuracy(undefined, `of ${count(test.count)} test images correct`)
    byId('comparison').textContent =
      reference && !comparable
        ? 'The baseline trained on 60,000 images, ten times as many as the sample. Do not compare its curves directly.'
        : ''
  }

  /** Shows a new run, or one that was stored. */
  begin({ epochs, history, status, hasBaseline }: RunSummary, data: DataSummary): void {
    this.#epochs = epochs
    this.#clear(data, hasBaseline ? data.reference : undefined)
    for (const chart of this.#charts) chart.setHistory(history)
    this.#latest(history.val_accuracy?.at(-1), data)
    this.#setState(status)
    if (status === 'running') say('Training. The curves and the confusion matrix are updated during the run.')
  }

  resumed(): void {
    this.#setState('running')
    say('Training continues.')
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
    const { accuracy = 0, val_accuracy: validation } = logs
    const validated =
      validation === undefined ? '' : `${percent(validation)} of the validation images correct, `
    say(`Epoch ${epoch + 1} of ${this.#epochs} finished: ${validated}${percent(accuracy)} in training.`)
    this.#latest(history.val_accuracy?.at(-1), data)
  }

  matrix({ matrix, rows }: EarlyMatrix): void {
    this.#showMatrix(matrix, rows)
  }

  end(run: RunSummary, result: Result | undefined): void {
    this.#setState(run.status)
    const { epochs, epochsDone, stepsDone } = run
    const within = stepsDone > 0 ? ` and ${plural(stepsDone, 'step')}` : ''
    const done = `${count(epochsDone)} of ${plural(epochs, 'epoch')}${within}`
    if (run.status === 'paused')
      say(`Paused after ${done}. The run can continue to the same bits, also after a reload.`)
    else if (run.status === 'stopped') say(`Stopped after ${done}.`)
    else
      say(`Trained for ${plural(epochsDone, 'epoch')}. See the results, test the network and save it below.`)
    byId<HTMLProgressElement>('run-bar').value = run.status === 'finished' ? 1 : epochsDone / epochs
    byId('fact-left').textContent = '–'
    byId('fact-epoch').textContent = `${Math.min(epochsDone, epochs)} of ${epochs}`
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
    this.#showAccuracy(correct / total, `of ${count(total)} test images correct`)
    this.#showMatrix(matrix, total)
  }

  #latest(accuracy: number | undefined, { test }: DataSummary): void {
    if (accuracy !== undefined) this.#showAccuracy(accuracy, `of ${count(test.count)} test images correct`)
  }

  #showAccuracy(accuracy: number | undefined, note: string): void {
    byId('accuracy').textContent = accuracy === undefined ? '–' : percent(accuracy)
    byId('accuracy-note').textContent = note
  }

  #showMatrix(matrix: Result['matrix'] | undefined, rows: number): void {
    drawMiniMatrix(byId('mini-matrix'), matrix, this.#classes)
    byId('mini-note').textContent = matrix
      ? `${count(rows)} test images`
      : 'rows: true class, columns: predicted class'
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
    // If the focused button disappears, focus the one that takes its place.
    if (had instanceof HTMLElement && had.hidden)
      byId(status === 'running' ? 'pause' : status === 'paused' ? 'resume' : 'start').focus()
    document.body.classList.toggle('training', status === 'running')
  }
}

function say(text: string): void {
  byId('status').textContent = text
}
