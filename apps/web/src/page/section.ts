import type { LabelledImages } from '@treadle/core'
import {
  type Block,
  type BlockRenderer,
  type Cell,
  type Chart,
  type Column,
  type Facts,
  type GalleryFigure,
  type MatrixFigure,
  type SamplesFigure,
  type Section,
  type Table,
  figureStyle,
  inlineSvg,
  renderBlock,
} from '@treadle/report'
import { element } from './dom.ts'
import { thumbnail } from './images.ts'
import { matrixTable } from './matrix.ts'

/** Opens the images behind a cell of a matrix. */
type OpenCell = (figure: MatrixFigure, actual: number, predicted: number) => void

/**
 * A section of a report as a card.
 * @param test without it, galleries have words only
 */
export function sectionCard(
  { id, title, blocks }: Section,
  test: LabelledImages | undefined,
  open: OpenCell,
): HTMLElement {
  const renderer = blockRenderer(test, open)
  return element(
    'div',
    { class: 'card report', id: `section-${id}` },
    element('h3', {}, title),
    element('div', { class: 'blocks' }, ...blocks.map((block: Block) => renderBlock(renderer, block))),
  )
}

const blockRenderer = (test: LabelledImages | undefined, open: OpenCell): BlockRenderer<HTMLElement> => ({
  prose: ({ text }) => element('p', { class: 'small quiet' }, unbroken(text)),
  facts: factList,
  list: ({ title, items }) =>
    element(
      'div',
      {},
      element('h4', {}, title),
      element('ol', { class: 'small' }, ...items.map((item) => element('li', {}, item))),
    ),
  code: ({ text }) => element('p', { class: 'code' }, element('code', {}, text)),
  table: tableElement,
  curves: chart,
  bars: chart,
  matrix: (figure) =>
    scroller(
      figure.title,
      element(
        'p',
        { class: 'small quiet' },
        'Rows: true class. Columns: predicted class. Choose a cell to see its images.',
      ),
      matrixTable(figure.matrix, figure.classNames, (actual, predicted) => open(figure, actual, predicted)),
    ),
  reliability: chart,
  scatter: chart,
  parallel: chart,
  samples,
  gallery: (figure) => gallery(figure, test),
})

function factList({ facts }: Facts): HTMLElement {
  const items = facts.map(([label, value]) =>
    element('div', {}, element('dt', {}, label), element('dd', {}, unbroken(value))),
  )
  return element('dl', { class: facts.some(([, value]) => value.length > 40) ? 'long' : 'short' }, ...items)
}

/** A row of images for each class. */
function samples({ classNames, images }: SamplesFigure): HTMLElement {
  const rows = [...new Set(images.labels)].map((label) => {
    const name = classNames[label] as string
    const own = [...images.labels.keys()].filter((sample) => images.labels[sample] === label)
    const shown = own.map((sample, i) =>
      element('li', {}, thumbnail(images, sample, `${name}, sample ${i + 1}`)),
    )
    return element('div', {}, element('h4', {}, name), element('ul', { class: 'images' }, ...shown))
  })
  return element('div', {}, ...rows)
}

function gallery({ items }: GalleryFigure, test: LabelledImages | undefined): HTMLElement {
  return element(
    'ul',
    { class: 'images' },
    ...items.map(({ sample, title, note }) =>
      element(
        'li',
        {},
        ...(test ? [thumbnail(test, sample, `Test image ${sample}: ${title}`)] : []),
        element('b', {}, title),
        element('br'),
        unbroken(note),
      ),
    ),
  )
}

/** Keeps a number and its percent sign on one line. */
const unbroken = (text: string): string => text.replaceAll(' %', '\u00a0%')

let styled = false

/**
 * A chart as the report draws it. The style of charts joins the page once, through the object model, since the
 * policy forbids inline styles.
 */
function chart(figure: Chart): HTMLElement {
  if (!styled) {
    styled = true
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(figureStyle)
    document.adoptedStyleSheets.push(sheet)
  }
  const place = element('figure')
  place.innerHTML = inlineSvg(figure)
  return place
}

/** A box that scrolls sideways, also by keyboard. */
function scroller(label: string, ...content: HTMLElement[]): HTMLElement {
  return element('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': label }, ...content)
}

function tableElement({ title, columns, rows, totals = [] }: Table): HTMLElement {
  const row = (cells: readonly Cell[]) =>
    element('tr', {}, ...cells.map((cell, c) => tableCell(cell, columns[c] as Column, c === 0)))
  return scroller(
    title,
    element(
      'table',
      {},
      element('caption', {}, title),
      element('thead', {}, ...headRows(columns)),
      element('tbody', {}, ...rows.map(row)),
      ...(totals.length > 0 ? [element('tfoot', {}, ...totals.map(row))] : []),
    ),
  )
}

function tableCell(cell: Cell, { align }: Column, names: boolean): HTMLElement {
  const { text, tone } = typeof cell === 'string' ? { text: cell, tone: '' } : cell
  const kind = `${align} ${tone}`.trim()
  return names ? element('th', { scope: 'row', class: kind }, text) : element('td', { class: kind }, text)
}

function heading(
  { heading: text, align }: Column,
  attributes: Readonly<Record<string, string>> = {},
): HTMLElement {
  return element('th', { scope: 'col', class: align, ...attributes }, text)
}

/** One row of headings, or two where columns have a common one. */
function headRows(columns: readonly Column[]): HTMLElement[] {
  const grouped = columns.filter(({ group }) => group !== undefined)
  if (grouped.length === 0) return [element('tr', {}, ...columns.map((column) => heading(column)))]
  const first = columns.flatMap((column, c) => {
    if (column.group === undefined) return [heading(column, { rowspan: '2' })]
    if (column.group === columns[c - 1]?.group) return []
    const span = columns.filter(({ group }) => group === column.group).length
    return [element('th', { scope: 'colgroup', colspan: String(span), class: 'group' }, column.group)]
  })
  return [element('tr', {}, ...first), element('tr', {}, ...grouped.map((column) => heading(column)))]
}
