import cliTruncate from 'cli-truncate'
import type { Bar, BarsFigure, ReliabilityFigure } from '../../figures.ts'
import { fixed, grouped, percent } from '../../words.ts'
import { type Screen, clean, columns, left, right, wrap } from './screen.ts'

const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']
const widestBar = 40

/** A horizontal bar of `fraction` of `width` columns, to an eighth of a column; padded to `width`. */
export function bar(fraction: number, width: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, fraction)) * width * 8) || 0
  return left('█'.repeat(Math.floor(filled / 8)) + eighths[filled % 8], width)
}

/** A bar with a mark at another value. */
function markedBar({ ink }: Screen, value: number, mark: number | undefined, width: number): string {
  if (mark === undefined || !Number.isFinite(mark)) return ink.cyan(bar(value, width))
  const place = Math.min(width - 1, Math.floor(mark * width))
  const drawn = Array.from(bar(value, width))
  return (
    ink.cyan(drawn.slice(0, place).join('')) + ink.yellow('┃') + ink.cyan(drawn.slice(place + 1).join(''))
  )
}

/** One line for each bar: name, bar, value. */
export function barLines(target: Screen, bars: readonly Bar[]): string[] {
  const names = bars.map(({ name }) => clean(name))
  const nameWidth = Math.min(24, Math.max(0, ...names.map(columns)))
  const valueWidth = Math.max(0, ...bars.map(({ text }) => columns(text)))
  const width = Math.max(8, Math.min(widestBar, target.width - nameWidth - valueWidth - 4))
  return bars.map(({ value, text, mark }, i) => {
    const name = left(cliTruncate(names[i] as string, nameWidth), nameWidth)
    return `${name}  ${markedBar(target, value, mark, width)}  ${right(text, valueWidth)}`
  })
}

export function barsText(target: Screen, { title, bars, markName }: BarsFigure): string {
  const key = markName === undefined ? [] : [target.ink.dim(`┃ marks the ${markName}.`)]
  return [target.ink.bold(clean(title)), ...barLines(target, bars), ...key].join('\n')
}

/** For each range of confidence the accuracy as a bar, with a mark at the mean confidence. */
export function reliabilityText(target: Screen, figure: ReliabilityFigure): string {
  const width = Math.min(widestBar, target.width - 42)
  const heading = `${left('confidence', 11)} ${left('', width)} accuracy  confidence  samples`
  const lines = figure.bins
    .filter(({ count }) => count > 0)
    .map(({ low, high, count, confidence, accuracy }) => {
      const range = left(`${fixed(low, 2)}–${fixed(high, 2)}`, 11)
      const values =
        right(percent(accuracy, 1), 9) + right(percent(confidence, 1), 12) + right(grouped(count), 9)
      return `${range} ${markedBar(target, accuracy, confidence, width)}${values}`
    })
  const key = `Bar: accuracy; ┃: mean confidence. Expected calibration error: ${percent(figure.expectedCalibrationError)}.`
  return [
    target.ink.bold(figure.title),
    target.ink.bold(heading),
    ...lines,
    target.ink.dim(wrap(key, target.width)),
  ].join('\n')
}
