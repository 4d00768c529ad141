import cliTruncate from 'cli-truncate'
import { type Cell, type Table, type Tone, textOf, toneOf } from '../../blocks.ts'
import { type Screen, clean, columns, left, right, wrap } from './screen.ts'

/** A column of names is not cut to less than this. */
const leastWidth = 12
const gap = 2
const groupGap = 3

interface Laid {
  readonly heading: string
  readonly group: string | undefined
  readonly align: 'left' | 'right'
  readonly cells: readonly string[]
  /** Spaces before the column. */
  readonly gap: number
  width: number
}

/** An aligned table under a ruled heading, within the screen's width where its columns allow it. */
export function tableText(target: Screen, table: Table): string {
  const { ink, width } = target
  const title = ink.bold(wrap(clean(table.title), width))
  if (table.plainText !== undefined) {
    const lines = table.plainText.trimEnd().split('\n')
    return `${title}\n${lines.map(clean).join('\n')}`
  }
  const rows = [...table.rows, ...(table.totals ?? [])]
  const full = layOut(table, rows, false)
  const laid = totalWidth(full) <= width ? full : layOut(table, rows, true)
  narrow(laid, width)
  const line = (texts: readonly string[], paint: (text: string, c: number) => string) =>
    laid
      .map(({ align, width: room, gap: before }, c) => {
        const text = cliTruncate(texts[c] ?? '', room, { position: 'middle' })
        return ' '.repeat(before) + paint(align === 'left' ? left(text, room) : right(text, room), c)
      })
      .join('')
      .trimEnd()
  const rule = ink.dim('─'.repeat(totalWidth(laid)))
  const body = rows.map((row, r) =>
    line(
      laid.map(({ cells }) => cells[r] as string),
      (text, c) => toneInk(target, toneOf(row[c] as Cell))(text),
    ),
  )
  return [
    title,
    ...(laid.some(({ group }) => group !== undefined) ? [ink.bold(groupLine(laid))] : []),
    line(
      laid.map(({ heading }) => heading),
      (text) => ink.bold(text),
    ),
    rule,
    ...body.slice(0, table.rows.length),
    ...(table.totals ? [rule, ...body.slice(table.rows.length)] : []),
  ].join('\n')
}

function layOut(table: Table, rows: readonly (readonly Cell[])[], short: boolean): Laid[] {
  return table.columns.map(({ heading, short: brief, group, align }, c) => {
    const cells = rows.map((row) => clean(textOf(row[c] ?? '')))
    const shown = short ? (brief ?? heading) : heading
    const starts = group !== undefined && group !== table.columns[c - 1]?.group
    return {
      heading: shown,
      group,
      align,
      cells,
      gap: c === 0 ? 0 : starts ? groupGap : gap,
      width: Math.max(columns(shown), ...cells.map(columns)),
    }
  })
}

const totalWidth = (laid: readonly Laid[]) => laid.reduce((sum, column) => sum + column.gap + column.width, 0)

/** Cuts columns of names until the table fits, the last one first: the first names the rows. */
function narrow(laid: readonly Laid[], width: number): void {
  for (const column of laid.filter(({ align }) => align === 'left').toReversed())
    column.width = Math.max(
      Math.min(column.width, leastWidth),
      column.width - Math.max(0, totalWidth(laid) - width),
    )
}

/** The groups' names, each above the middle of its columns. */
function groupLine(laid: readonly Laid[]): string {
  let text = ''
  for (let c = 0; c < laid.length;) {
    const { group, gap: before } = laid[c] as Laid
    const end = group === undefined ? c + 1 : laid.findLastIndex((column) => column.group === group) + 1
    const room = totalWidth(laid.slice(c, end)) - before
    const name = group ?? ''
    const indent = Math.max(0, Math.floor((room - columns(name)) / 2))
    text += ' '.repeat(before) + left(' '.repeat(indent) + name, room)
    c = end
  }
  return text.trimEnd()
}

function toneInk({ ink }: Screen, tone: Tone | undefined): (text: string) => string {
  if (tone === 'better') return (text) => ink.green(text)
  if (tone === 'worse') return (text) => ink.red(text)
  return tone === 'quiet' ? (text) => ink.dim(text) : (text) => text
}
