import { type Screen, columns, left, right } from './screen.ts'

export interface Cell {
  readonly text: string
  readonly paint?: ((text: string) => string) | undefined
}

export interface Column {
  readonly heading: string
  readonly align: 'left' | 'right'
  /** Spaces before the column, 2 unless given. */
  readonly gap?: number
}

/** An aligned table under a ruled heading. Ends without a line break. */
export function textTable(
  { ink }: Screen,
  tableColumns: readonly Column[],
  rows: readonly (readonly (Cell | string)[])[],
): string {
  const cells = rows.map((row) => row.map((cell) => (typeof cell === 'string' ? { text: cell } : cell)))
  const widths = tableColumns.map(({ heading }, c) =>
    Math.max(columns(heading), ...cells.map((row) => columns(row[c]?.text ?? ''))),
  )
  const line = (row: readonly Cell[]) =>
    row
      .map(({ text, paint = (plain) => plain }, c) => {
        const { align, gap = 2 } = tableColumns[c] as Column
        const padded = align === 'left' ? left(text, widths[c] as number) : right(text, widths[c] as number)
        return ' '.repeat(c === 0 ? 0 : gap) + paint(padded)
      })
      .join('')
      .trimEnd()
  const total = widths.reduce((sum, width, c) => sum + width + (c === 0 ? 0 : (tableColumns[c]?.gap ?? 2)), 0)
  return [
    line(tableColumns.map(({ heading }) => ({ text: heading, paint: (text: string) => ink.bold(text) }))),
    ink.dim('─'.repeat(total)),
    ...cells.map(line),
  ].join('\n')
}
