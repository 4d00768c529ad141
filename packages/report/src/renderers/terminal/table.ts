import cliTruncate from 'cli-truncate'
import { type Cell, type Table, type Tone, textOf, toneOf } from '../../blocks.ts'
import { type Screen, clean, columns, hard, left, right, wrap } from './screen.ts'

/** A column of names is not cut to less than this. */
const leastWidth = 12
const gap = 2
const groupGap = 3

interface Laid {
  /** Its lines. */
  readonly heading: readonly string[]
  readonly name: string
  readonly group: string | undefined
  readonly align: 'left' | 'right'
  readonly sentences: boolean
  readonly cells: readonly string[]
  /** Spaces before the column. */
  readonly gap: number
  width: number
}

/**
 * An aligned table under a ruled heading, within the screen's width. Where it is too wide, headings are shortened and
 * broken, sentences are broken and names are cut, and at last columns from the right are left out; a line below names them.
 */
export function tableText(target: Screen, table: Table): string {
  const { ink, width } = target
  const title = ink.bold(wrap(clean(table.title), width))
  if (table.plainText !== undefined) {
    const lines = table.plainText.trimEnd().split('\n')
    return `${title}\n${lines.map(clean).join('\n')}`
  }
  const rows = [...table.rows, ...(table.totals ?? [])]
  const { laid, cut } = fitted(table, rows, width)
  const line = (texts: readonly string[], paint: (text: string, c: number) => string) =>
    laid
      .map(({ align, width: room, gap: before }, c) => {
        const text = shortened(texts[c] ?? '', room)
        return ' '.repeat(before) + paint(align === 'left' ? left(text, room) : right(text, room), c)
      })
      .join('')
      .trimEnd()
  const rule = ink.dim('─'.repeat(totalWidth(laid)))
  const depth = Math.max(...laid.map(({ heading }) => heading.length))
  const headings = Array.from({ length: depth }, (_, i) =>
    line(
      laid.map(({ heading }) => heading[i - depth + heading.length] ?? ''),
      (text) => ink.bold(text),
    ),
  )
  const body = rows.map((row, r) => {
    const broken = laid.map(({ cells, sentences, width: room }) =>
      sentences ? hard(cells[r] as string, room) : [cells[r] as string],
    )
    return Array.from({ length: Math.max(...broken.map(({ length }) => length)) }, (_, i) =>
      line(
        broken.map((lines) => lines[i] ?? ''),
        (text, c) => toneInk(target, toneOf(row[c] as Cell))(text),
      ),
    ).join('\n')
  })
  return [
    title,
    ...(laid.some(({ group }) => group !== undefined) ? [ink.bold(groupLine(laid))] : []),
    ...headings,
    rule,
    ...body.slice(0, table.rows.length),
    ...(table.totals ? [rule, ...body.slice(table.rows.length)] : []),
    ...(cut.length > 0
      ? [ink.dim(wrap(`Not shown in ${width} columns: ${cut.map(({ name }) => name).join(', ')}`, width))]
      : []),
  ].join('\n')
}

type HeadingForm = 'full' | 'short' | 'broken'

/** The columns that fit in `width`, and those that are left out. */
function fitted(
  table: Table,
  rows: readonly (readonly Cell[])[],
  width: number,
): { laid: Laid[]; cut: readonly Laid[] } {
  const forms = (['full', 'short'] as const).map((form) => layOut(table, rows, form))
  const laid = forms.find((form) => totalWidth(form) <= width) ?? layOut(table, rows, 'broken')
  narrow(laid, width)
  let kept = laid.length
  while (kept > 1 && totalWidth(laid.slice(0, kept)) > width) kept--
  const shown = laid.slice(0, kept)
  narrow(shown, width, 1)
  return { laid: shown, cut: laid.slice(kept) }
}

function layOut(table: Table, rows: readonly (readonly Cell[])[], form: HeadingForm): Laid[] {
  return table.columns.map(({ heading, short: brief, group, align, sentences = false }, c) => {
    const cells = rows.map((row) => clean(textOf(row[c] ?? '')))
    const shown = form === 'full' ? heading : (brief ?? heading)
    const content = Math.max(0, ...cells.map(columns))
    const room = Math.max(content, ...shown.split(' ').map(columns))
    const lines = form === 'broken' ? wrap(shown, room).split('\n') : [shown]
    const starts = group !== undefined && group !== table.columns[c - 1]?.group
    return {
      heading: lines,
      name: group === undefined ? heading : `${group} ${heading}`,
      group,
      align,
      sentences,
      cells,
      gap: c === 0 ? 0 : starts ? groupGap : gap,
      width: Math.max(content, ...lines.map(columns)),
    }
  })
}

const totalWidth = (laid: readonly Laid[]) => laid.reduce((sum, column) => sum + column.gap + column.width, 0)

/** Cuts columns of names until the table fits, the last one first: the first names the rows. */
function narrow(laid: readonly Laid[], width: number, least = leastWidth): void {
  for (const column of laid.filter(({ align }) => align === 'left').toReversed())
    column.width = Math.max(
      Math.min(column.width, least),
      column.width - Math.max(0, totalWidth(laid) - width),
    )
}

/** Text with its middle left out, at most `room` columns. */
function shortened(text: string, room: number): string {
  const cut = cliTruncate(text, room, { position: 'middle' })
  // Where a wide character lies at the cut, cli-truncate takes a column too many.
  return columns(cut) > room ? cliTruncate(text, room - 1, { position: 'middle' }) : cut
}

/** The groups' names, each above the middle of its columns. */
function groupLine(laid: readonly Laid[]): string {
  let text = ''
  for (let c = 0; c < laid.length;) {
    const { group, gap: before } = laid[c] as Laid
    const end = group === undefined ? c + 1 : laid.findLastIndex((column) => column.group === group) + 1
    const room = totalWidth(laid.slice(c, end)) - before
    const name = cliTruncate(group ?? '', room)
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
