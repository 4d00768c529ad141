import cliTruncate from 'cli-truncate'
import type { CurvesFigure, ScatterFigure, Series } from '../../figures.ts'
import { fixed, threeDigits } from '../../words.ts'
import { extent, sampled } from '../extent.ts'
import { type Screen, clean, columns, left } from './screen.ts'

const levels = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█']

/** A line of blocks for each series, all to one scale, with the first and the last value. */
export function curvesText(
  { ink, width }: Screen,
  { title, series, logX, marks = [] }: CurvesFigure,
): string {
  const [low, high] = extent(series.flatMap(({ values }) => values))
  const longest = Math.max(...series.map(({ name }) => columns(clean(name))))
  const names = Math.min(longest, Math.floor(width / 3))
  const room = width - names - 4 - '0.0000 → 0.0000'.length
  const lines = series.map(({ name, owner, values }) => {
    const blocks = sampled(values, room).map((value) => {
      if (!Number.isFinite(value)) return ' '
      const share = high > low ? (value - low) / (high - low) : 0.5
      return levels[Math.min(levels.length - 1, Math.floor(share * levels.length))] as string
    })
    const drawn = ink[colorOf(owner)](blocks.join(''))
    return `${left(cliTruncate(clean(name), names, { position: 'middle' }), names)}  ${drawn}  ${fixed(values[0], 4)} → ${fixed(values.findLast(Number.isFinite), 4)}`
  })
  const axis = logX === undefined ? [] : logAxis(logX, marks, Math.min(room, logX.length))
  const below = axis.map((line) => `${' '.repeat(names + 2)}${ink.dim(line)}`)
  return [ink.bold(clean(title)), ...lines, ...below].join('\n')
}

/** Below lines of `width` blocks: arrows at the marks, the ends of the axis, and what the marks are. */
function logAxis(xs: readonly number[], marks: NonNullable<CurvesFigure['marks']>, width: number): string[] {
  const [first, last] = [threeDigits(xs[0] ?? 0), threeDigits(xs.at(-1) ?? 0)]
  const arrows = Array.from({ length: width }, () => ' ')
  for (const { x } of marks) {
    const index = xs.findIndex((value) => value >= x)
    if (index >= 0) arrows[Math.round((index / Math.max(1, xs.length - 1)) * (width - 1))] = '▲'
  }
  return [
    ...(marks.length === 0 ? [] : [arrows.join('').trimEnd()]),
    `${first}${' '.repeat(Math.max(1, width - first.length - last.length))}${last}`,
    ...marks.map(({ name }) => `▲ ${clean(name)}`),
  ]
}

/** Of several runs one after the other; they repeat. */
const colors = ['cyan', 'yellow', 'magenta', 'green', 'blue', 'red'] as const

function colorOf(owner: Series['owner']): (typeof colors)[number] {
  if (owner === 'run') return 'cyan'
  return owner === 'baseline' ? 'yellow' : (colors[owner % colors.length] as (typeof colors)[number])
}

const plot = { columns: 48, rows: 14 }
const densities = [' ', '.', ':', '+', '#']

/** The points as a grid of characters: the more points, the darker the character. */
export function scatterText({ ink }: Screen, { title, x, y, xLabel }: ScatterFigure): string {
  const [low, high] = extent([...x, ...y])
  const cell = (value: number, count: number) =>
    Math.min(count - 1, Math.max(0, Math.floor(((value - low) / (high - low || 1)) * count)))
  const counts = Array.from({ length: plot.rows }, () => Array.from({ length: plot.columns }, () => 0))
  for (let i = 0; i < x.length; i++) {
    const row = counts[plot.rows - 1 - cell(y[i] as number, plot.rows)] as number[]
    const column = cell(x[i] as number, plot.columns)
    row[column] = (row[column] as number) + 1
  }
  const most = Math.max(1, ...counts.flat())
  const lines = counts.map((row) =>
    row.map((count) => densities[Math.ceil((count / most) * (densities.length - 1))]).join(''),
  )
  const scale = `${left(fixed(low, 2), plot.columns - columns(fixed(high, 2)))}${fixed(high, 2)}`
  return [
    ink.bold(clean(title)),
    ...lines.map((line) => ` │${ink.cyan(line)}`.trimEnd()),
    ` └${'─'.repeat(plot.columns)}`,
    `  ${scale}`,
    `  ${ink.dim(clean(xLabel))}`,
  ].join('\n')
}
