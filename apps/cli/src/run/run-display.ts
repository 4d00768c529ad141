import type { Run, RunEvent, RunSession } from '@treadle/experiment'
import { plannedEpochs } from '@treadle/experiment/recipe'
import { dataDisplay } from '../data/data-display.ts'
import type { Ui } from '../terminal/ui.ts'
import { EpochTable } from './epoch-table.ts'
import { fact, printHead } from './head.ts'

type ProgressEvent = Extract<RunEvent, { type: 'progress' }>

/** Shows the events of one run on the terminal. */
export class RunDisplay {
  readonly #ui: Ui
  readonly #showData: ReturnType<typeof dataDisplay>
  #session: RunSession | undefined
  #table: EpochTable | undefined
  #executorShown = false

  constructor(ui: Ui) {
    this.#ui = ui
    this.#showData = dataDisplay(ui)
  }

  /** The run, once it exists. */
  get run(): Run | undefined {
    return this.#session?.run
  }

  readonly show = (event: RunEvent): void => {
    const ui = this.#ui
    switch (event.type) {
      case 'data-progress':
      case 'warning':
      case 'data':
        return this.#showData(event)
      case 'start':
        return this.#start(event.session)
      case 'progress':
        return this.#progress(event)
      case 'epoch':
        return ui.print(this.#table?.row(event.entry) ?? '')
    }
  }

  #start(session: RunSession): void {
    this.#session = session
    const { metrics } = session.recipe
    const epochs = plannedEpochs(session.recipe)
    this.#table = new EpochTable(session.definition.task, epochs, this.#ui.out, metrics.names)
    printHead(session, this.#ui)
  }

  #progress(event: ProgressEvent): void {
    const ui = this.#ui
    if (this.#session === undefined) return
    if (!this.#executorShown) this.#showExecutor(event, this.#session)
    const { recipe } = this.#session
    const epochs = plannedEpochs(recipe)
    const { batchSize } = recipe.training
    const { epoch, step, steps, samplesPerSecond, loss, accuracy, mae } = event
    ui.progress.update({
      label: `Epoch ${String(epoch + 1).padStart(String(epochs).length)}/${epochs}`,
      value: step,
      total: steps,
      counted: `${step}/${steps}`,
      rate: samplesPerSecond / batchSize,
      left: 'left in epoch',
      figures: [
        `loss ${loss.toFixed(4)}`,
        ...(accuracy === undefined ? [] : [`accuracy ${accuracy.toFixed(4)}`]),
        ...(mae === undefined ? [] : [`mae ${mae.toFixed(4)}`]),
      ],
    })
  }

  /** The executor and the head of the table, with the epochs before a resume. */
  #showExecutor({ executor, notes }: ProgressEvent, { past }: RunSession): void {
    this.#executorShown = true
    const rows = past.map((entry) => this.#table?.row(entry)).join('')
    this.#ui.print(
      `${fact('Executor', [executor, ...notes].join('; not '), this.#ui)}\n${this.#table?.head()}${rows}`,
    )
  }
}
