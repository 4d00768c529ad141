import cliTruncate from 'cli-truncate'
import wrapAnsi from 'wrap-ansi'
import type { MatrixFigure } from '../../figures.ts'
import { countText } from '../../words.ts'
import { type Screen, clean, columns, left, right, wrap } from './screen.ts'
import { paintShare } from './shades.ts'

/**
 * A confusion matrix as a grid: rows true, columns predicted, shaded by the share of the row. A matrix too wide for
 * the screen is replaced by a line that says so.
 */
export function matrixText(target: Screen, { matrix, classNames }: MatrixFigure): string {
  const { length } = matrix
  const names = classNames.map(clean)
  const recallWidth = 8
  const digits = Math.max(...matrix.flat().map((count) => countText(count).length))
  const layout = layOut(names, digits, target.width - recallWidth)
  if (!layout)
    return `${length} classes do not fit ${target.width} columns: report.html shows the matrix, the list below its largest entries.`

  const { labels, widest, cell, headings } = layout
  const indent = ' '.repeat(widest)
  const depth = Math.max(...headings.map((lines) => lines.length))
  const head = Array.from({ length: depth }, (_, line) => {
    // the last line of every heading stands right above its column
    const cells = headings.map((lines) => `${right(lines[line - depth + lines.length] ?? '', cell - 1)} `)
    const text = indent + cells.join('')
    if (line < depth - 1) return target.ink.bold(text.trimEnd())
    return target.ink.bold(text) + target.ink.dim(right('recall', recallWidth))
  })
  const body = matrix.map((row, actual) => {
    const support = row.reduce((sum, count) => sum + count, 0)
    const label = labels[actual] as string
    const cells = row.map((count, predicted) => gridCell(target, count, support, actual === predicted, cell))
    const recall = support === 0 ? '–' : `${(((row[actual] as number) / support) * 100).toFixed(1)} %`
    return (
      left(cliTruncate(label, widest - 1), widest) +
      cells.join('') +
      target.ink.dim(right(recall, recallWidth))
    )
  })
  const key =
    target.level === 0
      ? 'rows: true class; columns: predicted class; [n]: correct'
      : 'rows: true class; columns: predicted class; shade: share of the row'
  return [...head, ...body, target.ink.dim(wrap(key, target.width))].join('\n')
}

/** Names as headings where a column holds five characters of them, else numbers; undefined where counts do not fit. */
function layOut(names: readonly string[], digits: number, width: number) {
  const named = fit(names, width)
  if (named.cell >= Math.max(5, digits + 1))
    return { ...named, headings: names.map((name) => headingLines(name, named.cell - 1)) }
  const numbered = fit(
    names.map((name, i) => `${i} ${name}`),
    width,
  )
  return numbered.cell > digits ? { ...numbered, headings: names.map((_, i) => [String(i)]) } : undefined
}

function fit(labels: readonly string[], width: number) {
  const widest = Math.min(18, Math.max(...labels.map(columns))) + 1
  return { labels, widest, cell: Math.min(8, Math.floor((width - widest) / labels.length)) }
}

function gridCell(target: Screen, count: number, support: number, hit: boolean, width: number): string {
  const share = support === 0 ? 0 : count / support
  const plain = count === 0 ? '·' : countText(count)
  // without colour, correct counts are in brackets where the column has room for them
  const bracketed = target.level === 0 && hit && count > 0 && plain.length + 2 <= width
  const text = bracketed ? right(`[${plain}]`, width) : `${right(plain, width - 1)} `
  return paintShare(target, hit ? 'hit' : 'miss', share)(text)
}

/**
 * At most three lines of a name: broken after spaces, slashes and hyphens, long words into even pieces. A
 * separator that alone does not fit is dropped.
 */
function headingLines(name: string, width: number): string[] {
  const lines: string[] = []
  for (const part of name.split(/(?<=[\s/_-])/u)) {
    const word = part.replace(/[\s/_-]$/u, '')
    const line = lines.at(-1) ?? ''
    const fitting = [line + part, line + word].find((text) => columns(text) <= width)
    if (fitting !== undefined) lines.splice(-1, 1, fitting)
    else if (columns(part) <= width) lines.push(part)
    else lines.push(...breakEvenly(word, width))
  }
  const trimmed = lines.map((line) => line.trimEnd())
  return trimmed.length <= 3 ? trimmed : [...trimmed.slice(0, 2), cliTruncate(`${trimmed[2]}…`, width)]
}

/** A word in pieces of about the same width, each at most `width` columns. */
function breakEvenly(word: string, width: number): string[] {
  const pieces = Math.ceil(columns(word) / width)
  return wrapAnsi(word, Math.ceil(columns(word) / pieces), { hard: true }).split('\n')
}
