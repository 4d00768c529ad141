import { type Cell, type Column, type Table, textOf, toneOf } from '../../blocks.ts'
import { type Markup, markup } from '../markup.ts'

/** A box that scrolls sideways, also by keyboard. */
export function scroller(label: string, content: Markup): Markup {
  return markup`<div class="scroll" role="region" aria-label="${label}" tabindex="0">${content}</div>`
}

export function tableHtml({ title, columns, rows, totals, plainText }: Table): Markup {
  const body = rows.map((row) => rowHtml(columns, row))
  const table = markup`<table class="data"><caption>${title}</caption><thead>${headHtml(columns)}</thead><tbody>${body}</tbody>${totals && markup`<tfoot>${totals.map((row) => rowHtml(columns, row))}</tfoot>`}</table>`
  const plain =
    plainText !== undefined &&
    markup`<details><summary>As plain text</summary><pre>${plainText}</pre></details>`
  return markup`<div class="table">${scroller(title, table)}${plain}</div>`
}

/** One row of headings, or two where columns have a common one. */
function headHtml(columns: readonly Column[]): Markup {
  const headingsOf = (shown: readonly Column[]) =>
    shown.map(
      (column) =>
        markup`<th scope="col" class="${classOf(columns, columns.indexOf(column))}">${column.heading}</th>`,
    )
  if (columns.every(({ group }) => group === undefined)) return markup`<tr>${headingsOf(columns)}</tr>`
  const first = columns.map((column, c) => {
    if (column.group === undefined)
      return markup`<th scope="col" rowspan="2" class="${classOf(columns, c)}">${column.heading}</th>`
    if (column.group === columns[c - 1]?.group) return undefined
    const span = columns.filter(({ group }) => group === column.group).length
    return markup`<th scope="colgroup" colspan="${span}" class="split">${column.group}</th>`
  })
  const grouped = columns.filter(({ group }) => group !== undefined)
  return markup`<tr>${first}</tr><tr>${headingsOf(grouped)}</tr>`
}

function rowHtml(columns: readonly Column[], row: readonly Cell[]): Markup {
  const cells = row.map((cell, c) => {
    const name = [classOf(columns, c), toneOf(cell)].filter(Boolean).join(' ')
    return c === 0
      ? markup`<th scope="row" class="${name}">${textOf(cell)}</th>`
      : markup`<td class="${name}">${textOf(cell)}</td>`
  })
  return markup`<tr>${cells}</tr>`
}

/** Left-aligned, and a line before a group. */
function classOf(columns: readonly Column[], c: number): string {
  const { align, group } = columns[c] as Column
  const starts = group !== undefined && group !== columns[c - 1]?.group
  return [align === 'left' && 'l', starts && 'split'].filter(Boolean).join(' ')
}
