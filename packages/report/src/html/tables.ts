import type { History, PublishedResult } from '@treadle/core'
import type { ClassificationReport } from '@treadle/metrics'
import {
  type Compared,
  classDigits,
  compareClasses,
  compareEpochs,
  historyDigits,
  historyItems,
  historyLabels,
  publishedValues,
} from '../comparison.ts'
import { fixed, grouped, shape, signed } from '../format-number.ts'
import { type Markup, markup } from '../markup.ts'
import type { ModelSummary } from '../run-report.ts'

/** A table in a box that scrolls sideways, also by keyboard. */
export function scroller(label: string, table: Markup): Markup {
  return markup`<div class="scroll" role="region" aria-label="${label}" tabindex="0">${table}</div>`
}

export function layerTable({ layers, parameters }: ModelSummary): Markup {
  return scroller(
    'Network',
    markup`<table class="data"><thead><tr><th scope="col" class="l">Layer</th><th scope="col" class="l">Type</th><th scope="col" class="l">Output</th><th scope="col">Parameters</th><th scope="col" class="l">Reads</th></tr></thead><tbody>${layers.map(
      (layer) =>
        markup`<tr><th scope="row" class="l">${layer.name}</th><td class="l">${layer.type}</td><td class="l">${shape(layer.outputShape)}</td><td>${grouped(layer.parameters)}</td><td class="l ref">${layer.connectedTo.join(', ')}</td></tr>`,
    )}</tbody><tfoot><tr><td class="l" colspan="5"><strong>${grouped(parameters.total)} parameters</strong>, ${grouped(parameters.trainable)} trainable, ${grouped(parameters.nonTrainable)} not trainable</td></tr></tfoot></table>`,
  )
}

export function epochTable(history: History, reference: PublishedResult | undefined): Markup {
  const items = historyItems(history)
  if (items.length === 0) return markup`<p>No epoch was finished.</p>`
  const published = (item: keyof History) => publishedValues(reference, item) !== undefined
  const groups = items.map((item) =>
    published(item)
      ? markup`<th scope="colgroup" colspan="3" class="split">${historyLabels[item]}</th>`
      : markup`<th scope="colgroup" class="split">${historyLabels[item]}</th>`,
  )
  const heads = items.map((item) =>
    published(item)
      ? markup`<th scope="col" class="split">ours</th><th scope="col">ref.</th><th scope="col">diff.</th>`
      : markup`<th scope="col" class="split">ours</th>`,
  )
  const rows = compareEpochs(history, reference).map(
    ({ epoch, figures }) =>
      markup`<tr><th scope="row">${epoch}</th>${items.map((item) => comparedCells(figures[item], historyDigits, published(item)))}</tr>`,
  )
  return scroller(
    'Epochs',
    markup`<table class="data"><thead><tr><th scope="col" rowspan="2">Epoch</th>${groups}</tr><tr>${heads}</tr></thead><tbody>${rows}</tbody></table>`,
  )
}

export function classTable(report: ClassificationReport, reference: PublishedResult | undefined): Markup {
  const rows = compareClasses(report, reference)
  const published = rows.some(({ f1 }) => f1.reference !== undefined)
  const figures = ['precision', 'recall', 'f1'] as const
  const names = { precision: 'Precision', recall: 'Recall', f1: 'F1' }
  const groups = figures.map(
    (figure) =>
      markup`<th scope="colgroup" colspan="${published ? 3 : 1}" class="split">${names[figure]}</th>`,
  )
  const heads = figures.map(() =>
    published
      ? markup`<th scope="col" class="split">ours</th><th scope="col">ref.</th><th scope="col">diff.</th>`
      : markup`<th scope="col" class="split">ours</th>`,
  )
  const body = rows.map(
    (row) =>
      markup`<tr><th scope="row" class="l">${row.name}</th>${figures.map((figure) => comparedCells(row[figure], classDigits, published))}<td class="split">${grouped(row.support)}</td></tr>`,
  )
  return scroller(
    'Classes',
    markup`<table class="data"><thead><tr><th scope="col" rowspan="2" class="l">Class</th>${groups}<th scope="col" rowspan="2" class="split">Rows</th></tr><tr>${heads}</tr></thead><tbody>${body}</tbody></table>`,
  )
}

function comparedCells(compared: Compared | undefined, digits: number, published: boolean): Markup {
  const own = markup`<td class="split">${fixed(compared?.ours, digits)}</td>`
  if (!published) return own
  const verdict = compared?.better === undefined ? 'ref' : compared.better ? 'better' : 'worse'
  return markup`${own}<td class="ref">${fixed(compared?.reference, digits)}</td><td class="${verdict}">${signed(compared?.difference, digits)}</td>`
}
