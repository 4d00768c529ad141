import type { Output } from '../context.ts'
import type { HistoryEntry } from '../run-directory/record.ts'
import { duration } from '../terminal/format.ts'

type Figure = 'loss' | 'accuracy' | 'mae' | 'val_loss' | 'val_accuracy' | 'val_mae'

const CLASSIFIER: readonly Figure[] = ['loss', 'accuracy', 'val_loss', 'val_accuracy']
const REGRESSOR: readonly Figure[] = ['loss', 'mae', 'val_loss', 'val_mae']

/** The table that grows by a row an epoch; widths are fixed because the rows to come are not known. */
export class EpochTable {
  readonly #figures: readonly Figure[]
  readonly #epochs: number
  readonly #colors: Output['colors']
  #best = Infinity

  constructor(task: 'classification' | 'regression', epochs: number, colors: Output['colors']) {
    this.#figures = task === 'classification' ? CLASSIFIER : REGRESSOR
    this.#epochs = epochs
    this.#colors = colors
  }

  head(): string {
    const { bold, dim } = this.#colors
    const titles = ['epoch', ...this.#figures, 'time']
    const line = titles.map((title) => title.padStart(this.#width(title))).join('  ')
    return `${bold(line)}\n${dim('─'.repeat(line.length))}\n`
  }

  /** Whether the epoch has the lowest validation loss of those shown so far; the training loss where none validates. */
  isBest(entry: HistoryEntry): boolean {
    return (entry.val_loss ?? entry.loss) < this.#best
  }

  /** The best so far is marked. */
  row(entry: HistoryEntry): string {
    const { green, dim } = this.#colors
    const best = this.isBest(entry)
    if (best) this.#best = entry.val_loss ?? entry.loss
    const cells = [
      dim(`${entry.epoch}/${this.#epochs}`.padStart(this.#width('epoch'))),
      ...this.#figures.map((name) => {
        const value = entry[name]
        const text = (value === undefined ? '–' : value.toFixed(4)).padStart(this.#width(name))
        return best && name === 'val_loss' ? green(text) : text
      }),
      dim((entry.seconds === undefined ? '' : duration(entry.seconds)).padStart(this.#width('time'))),
    ]
    return `${cells.join('  ')}\n`
  }

  #width(title: string): number {
    return Math.max(
      title.length,
      title === 'epoch' ? 2 * String(this.#epochs).length + 1 : title === 'time' ? 11 : 7,
    )
  }
}
