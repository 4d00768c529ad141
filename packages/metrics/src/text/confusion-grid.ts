import { refuse } from '../check.ts'
import type { Confusion } from '../confusion-matrix.ts'
import { describeConfusion } from '../confusion-matrix.ts'
import {
  type Screen,
  type TextOptions,
  clean,
  columns,
  left,
  right,
  screen,
  shorten,
  takeColumns,
} from './screen.ts'
import { paintShare } from './shades.ts'

/**
 * Draw a confusion matrix as a grid: rows true, columns predicted, shaded by the share of the row. A matrix too
 * wide for the screen is replaced by a line that says so.
 * @param matrix shape [classes, classes]
 * @throws TreadleError `METRICS_BAD_INPUT` where `classNames` has another length
 */
export function formatConfusionMatrix(
  matrix: readonly (readonly number[])[],
  classNames: readonly string[],
  options: TextOptions = {},
): string {
  const { length } = matrix
  if (classNames.length !== length)
    refuse('formatConfusionMatrix', `\`classNames\` must hold ${length} names, got ${classNames.length}.`)
  const target = screen(options)
  const names = classNames.map(clean)
  const digits = Math.max(...matrix.flat().map((count) => String(count).length))
  const recallWidth = 8
  const widest = Math.min(16, Math.max(...names.map(columns))) + 1
  const room = target.width - recallWidth - widest
  const cell = Math.min(8, Math.floor(room / length))
  if (cell < digits + 1)
    return `${length} classes do not fit ${target.width} columns: see the matrix in report.html, or the hardest confusions.`

  const indent = ' '.repeat(widest)
  const headings =
    cell >= 5 ? names.map((name) => headingLines(name, cell - 1)) : names.map((_, i) => [String(i)])
  const depth = Math.max(...headings.map((lines) => lines.length))
  const head = Array.from({ length: depth }, (_, line) => {
    // the last line of every heading stands right above its column
    const cells = headings.map((lines) => `${right(lines[line - depth + lines.length] ?? '', cell - 1)} `)
    return (
      indent +
      target.ink.bold(cells.join('')) +
      (line === depth - 1 ? target.ink.dim(right('recall', recallWidth)) : '')
    )
  })
  const numbered = cell < 5
  const body = matrix.map((row, actual) => {
    const support = row.reduce((sum, count) => sum + count, 0)
    const label = numbered ? `${actual} ${names[actual]}` : (names[actual] as string)
    const cells = row.map((count, predicted) => gridCell(target, count, support, actual === predicted, cell))
    const recall = support === 0 ? '–' : `${(((row[actual] as number) / support) * 100).toFixed(1)} %`
    return (
      left(shorten(label, widest - 1), widest) + cells.join('') + target.ink.dim(right(recall, recallWidth))
    )
  })
  const key = target.ink.dim(
    target.level === 0
      ? 'rows: true class; columns: predicted; [n]: right'
      : 'rows: true class; columns: predicted; shade: share of the row',
  )
  return [...head, ...body, key].join('\n')
}

function gridCell(target: Screen, count: number, support: number, hit: boolean, width: number): string {
  const share = support === 0 ? 0 : count / support
  const plain = count === 0 ? '·' : String(count)
  // without colour the right ones stand in brackets, where the column has room for them
  const bracketed = target.level === 0 && hit && count > 0 && plain.length + 2 <= width
  const text = bracketed ? right(`[${plain}]`, width) : `${right(plain, width - 1)} `
  return paintShare(target, hit ? 'hit' : 'miss', share)(text)
}

/** At most three lines of a name: broken after spaces, slashes and hyphens, else where the column ends. */
function headingLines(name: string, width: number): string[] {
  const lines: string[] = []
  for (const part of name.split(/(?<=[\s/_-])/u)) {
    const line = lines.at(-1)
    if (line !== undefined && columns(line + part.trimEnd()) <= width) {
      lines[lines.length - 1] = line + part
      continue
    }
    // a separator that alone does not fit is dropped; a long word is broken into even pieces
    const word = columns(part) > width ? part.replace(/[\s/_-]$/u, '') : part
    const pieces = Math.ceil(columns(word) / width)
    lines.push(...breakEvenly(word, pieces, width))
  }
  const trimmed = lines.map((line) => line.trimEnd())
  return trimmed.length <= 3 ? trimmed : [...trimmed.slice(0, 2), shorten(`${trimmed[2]}…`, width)]
}

function breakEvenly(word: string, pieces: number, width: number): string[] {
  const size = Math.min(width, Math.ceil(columns(word) / pieces))
  const taken = takeColumns(word, size) || word
  const rest = word.slice(taken.length)
  return rest === '' ? [taken] : [taken, ...breakEvenly(rest, Math.max(1, pieces - 1), width)]
}

/** The confusions in words, a line each: `Shirt taken for T-shirt/top: 161 times`. */
export function formatConfusions(confusions: readonly Confusion[]): string {
  return confusions.map((confusion) => clean(describeConfusion(confusion))).join('\n')
}
