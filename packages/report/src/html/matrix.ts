import type { ClassifierAnalysis } from '../analysis.ts'
import { grouped, percent } from '../format-number.ts'
import { type Markup, markup } from '../markup.ts'
import type { Gallery } from './gallery.ts'
import { shades } from './style.ts'
import { scroller } from './tables.ts'

/** The confusion matrix; a cell with images is a button that opens them (a popover: no script). */
export function confusionTable(
  { matrix }: ClassifierAnalysis,
  classNames: readonly string[],
  gallery: Gallery,
): Markup {
  const dense = matrix.length > 20
  const rows = matrix.map((row, actual) => {
    const support = row.reduce((sum, count) => sum + count, 0)
    const cells = row.map((count, predicted) => {
      if (count === 0) return dense ? markup`<td></td>` : markup`<td class="none">·</td>`
      const shade = `${actual === predicted ? 'hit' : 'miss'}${shadeOf(count / support, actual === predicted)}`
      if (gallery.behind(actual, predicted).length === 0) return markup`<td class="${shade}">${count}</td>`
      const label = `${cellTitle(classNames, actual, predicted)}: ${count}. Show images`
      return markup`<td class="${shade}"><button popovertarget="${cellId(actual, predicted)}" aria-label="${label}">${count}</button></td>`
    })
    const name = classNames[actual] as string
    return markup`<tr><th scope="row" title="${name}">${name}</th>${cells}</tr>`
  })
  const heads = classNames.map((name) => markup`<th scope="col" title="${name}"><span>${name}</span></th>`)
  return scroller(
    'Confusion matrix',
    markup`<table class="${dense ? 'matrix dense' : 'matrix'}"><caption>Rows: true class. Columns: predicted class. Shade: share of the row.</caption><thead><tr><td></td>${heads}</tr></thead><tbody>${rows}</tbody></table>`,
  )
}

/** The images behind each cell, one popover a cell. */
export function confusionSheets(
  { matrix }: ClassifierAnalysis,
  classNames: readonly string[],
  { behind, atlas }: Gallery,
): Markup {
  if (!atlas) return markup``
  const sheets = matrix.flatMap((row, actual) => {
    const support = row.reduce((sum, count) => sum + count, 0)
    return row.map((count, predicted) => {
      const shown = behind(actual, predicted)
      if (shown.length === 0) return undefined
      const id = cellId(actual, predicted)
      const title = cellTitle(classNames, actual, predicted)
      const those = shown.length < count ? `; the ${shown.length} most confident` : ', most confident first'
      const images = shown.map(
        ({ row: testRow, probability }) =>
          markup`<li>${atlas.thumbnail(testRow, `test row ${testRow}`)}${percent(probability, 1)}</li>`,
      )
      return markup`<div popover id="${id}" class="sheet" role="dialog" aria-labelledby="${id}t"><div class="top"><h3 id="${id}t">${title}</h3><button class="close" popovertarget="${id}" popovertargetaction="hide">Close</button></div><p class="quiet small">${grouped(count)} of ${grouped(support)} (${percent(count / support, 1)})${those}. Below each: the probability given to ${classNames[predicted]}.</p><ul class="thumbs">${images}</ul></div>`
    })
  })
  return markup`${sheets}`
}

function cellTitle(classNames: readonly string[], actual: number, predicted: number): string {
  return actual === predicted
    ? `${classNames[actual]}, rightly`
    : `${classNames[actual]} taken for ${classNames[predicted]}`
}

const cellId = (actual: number, predicted: number) => `c${actual}-${predicted}`

/** 1 … `shades`: hits by their share, misses by its root, full at a third of the row. */
function shadeOf(share: number, hit: boolean): number {
  const strength = hit ? share : Math.sqrt(share / 0.33)
  return Math.min(shades, Math.max(1, Math.round(strength * shades)))
}
