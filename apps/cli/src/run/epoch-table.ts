import type { Output } from '../context.ts'
import type { HistoryEntry } from '@treadle/experiment'
import { duration } from '../terminal/format.ts'

type Metric = 'loss' | 'accuracy' | 'mae' | 'val_loss' | 'val_accuracy' | 'val_mae'

const CLASSIFIER: readonly Metric[] = ['loss', 'accuracy', 'val_loss', 'val_accuracy']
const REGRESSOR: readonly Metric[] = ['loss', 'mae', 'val_loss', 'val_mae']

/** A table with one row per epoch. Column widths are fixed, because rows are printed before later ones are known. */
export class EpochTable {
  readonly #metrics: readonly Metric[]
  readonly #epochs: number
  readonly #colors: Output['colors']
  readonly #timed: boolean
  #best = Infinity

  constructor(
    task: 'classification' | 'regression',
    epochs: number,
    { colors, columns }: Pick<Output, 'colors' | 'columns'>,
  ) {
    this.#metrics = task === 'classification' ? CLASSIFIER : REGRESSOR
    this.#epochs = epochs
    this.#colors = colors
    const whole = this.#titles(true).reduce((sum, title) => sum + this.#width(title) + 2, 0)
    this.#timed = whole + 1 <= columns
  }

  #titles(timed: boolean): string[] {
    return ['epoch', ...this.#metrics, ...(timed ? ['time'] : [])]
  }

  head(): string {
    const { bold, dim } = this.#colors
    const line = this.#titles(this.#timed)
      .map((title) => title.padStart(this.#width(title)))
      .join('  ')
    return `${bold(line)}\n${dim('─'.repeat(line.length))}\n`
  }

  /** The row of an epoch; a star marks the lowest validation loss so far; the training loss without a validation. */
  row(entry: HistoryEntry): string {
    const { green, dim } = this.#colors
    const loss = entry.val_loss ?? entry.loss
    const best = loss < this.#best
    this.#best = Math.min(this.#best, loss)
    const cells = [
      dim(`${entry.epoch}/${this.#epochs}`.padStart(this.#width('epoch'))),
      ...this.#metrics.map((name) => {
        const value = entry[name]
        const text = (value === undefined ? '–' : value.toFixed(4)).padStart(this.#width(name))
        return best && name === 'val_loss' ? green(text) : text
      }),
      ...(this.#timed
        ? [dim((entry.seconds === undefined ? '' : duration(entry.seconds)).padStart(this.#width('time')))]
        : []),
    ]
    return `${cells.join('  ')}${best ? dim('  *') : ''}\n`
  }

  #width(title: string): number {
    return Math.max(
      title.length,
      title === 'epoch' ? 2 * String(this.#epochs).length + 1 : title === 'time' ? 11 : 7,
    )
  }
}
