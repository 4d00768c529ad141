import type { EpochLogs, EpochMetric } from '@treadle/core'
import type { Output } from '../context.ts'
import type { HistoryEntry } from '@treadle/experiment'
import { duration } from '../terminal/format.ts'

/** A table with one row per epoch. Column widths are fixed, because rows are printed before later ones are known. */
export class EpochTable {
  readonly #metrics: readonly (keyof EpochLogs)[]
  readonly #epochs: number
  readonly #colors: Output['colors']
  readonly #timed: boolean
  #best = Infinity

  /** @param more metrics that the recipe asks for; shown where the terminal is wide enough */
  constructor(
    task: 'classification' | 'regression',
    epochs: number,
    { colors, columns }: Pick<Output, 'colors' | 'columns'>,
    more: readonly string[] = [],
  ) {
    this.#epochs = epochs
    this.#colors = colors
    const own = ['loss', task === 'classification' ? 'accuracy' : 'mae'] as EpochMetric[]
    const all = both([...own, ...more] as EpochMetric[])
    this.#metrics = this.#length(all, false) <= columns ? all : both(own)
    this.#timed = this.#length(this.#metrics, true) <= columns
  }

  /** Columns of a line, with the space of its star. */
  #length(metrics: readonly string[], timed: boolean): number {
    return titlesOf(metrics, timed).reduce((sum, title) => sum + this.#width(title) + 2, 0) + 1
  }

  head(): string {
    const { bold, dim } = this.#colors
    const line = titlesOf(this.#metrics, this.#timed)
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

/** Metrics of the training and of the validation. */
function both(names: readonly EpochMetric[]): (keyof EpochLogs)[] {
  return [...names, ...names.map((name) => `val_${name}` as const)]
}

function titlesOf(metrics: readonly string[], timed: boolean): string[] {
  return ['epoch', ...metrics, ...(timed ? ['time'] : [])]
}
