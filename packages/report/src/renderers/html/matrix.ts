import type { MatrixFigure } from '../../figures.ts'
import { cellWords, countText, grouped, percent } from '../../words.ts'
import { type Markup, markup } from '../markup.ts'
import { cellStrength } from '../shade.ts'
import { shades } from './style.ts'
import { scroller } from './table.ts'
import type { Thumbnails } from './thumbnails.ts'

/** The confusion matrix. A cell with images is a button that opens them in a popover, without script. */
export function matrixHtml(figure: MatrixFigure, thumbnails: Thumbnails): Markup {
  const { matrix, classNames, label } = figure
  const dense = matrix.length > 20
  const rows = matrix.map((row, actual) => {
    const support = sum(row)
    const cells = row.map((count, predicted) => {
      if (count === 0) return dense ? markup`<td></td>` : markup`<td class="none">·</td>`
      const correct = actual === predicted
      const step = Math.min(shades, Math.max(1, Math.round(cellStrength(count, support, correct) * shades)))
      const shade = `${correct ? 'hit' : 'miss'}${step}`
      if (thumbnails.behind(actual, predicted).length === 0)
        return markup`<td class="${shade}">${countText(count)}</td>`
      const words = `${cellWords(classNames, actual, predicted)}: ${count}. Show images`
      return markup`<td class="${shade}"><button popovertarget="${cellId(actual, predicted)}" aria-label="${words}">${countText(count)}</button></td>`
    })
    const name = classNames[actual] as string
    return markup`<tr><th scope="row" title="${name}">${name}</th>${cells}</tr>`
  })
  const heads = classNames.map((name) => markup`<th scope="col" title="${name}"><span>${name}</span></th>`)
  const hint = thumbnails.atlas && markup`<p class="quiet small hint">Choose a cell to see its images.</p>`
  const table = markup`<table class="${dense ? 'matrix dense' : 'matrix'}"><caption>Rows: true class. Columns: predicted class. Shade: share of the row.</caption><thead><tr><td></td>${heads}</tr></thead><tbody>${rows}</tbody></table>`
  return markup`<div class="matrix-block">${scroller(label, table)}${hint}${sheetsHtml(figure, thumbnails)}</div>`
}

/** The images behind each cell, one popover for each. */
function sheetsHtml({ matrix, classNames, answers }: MatrixFigure, { behind, atlas }: Thumbnails): Markup {
  if (!atlas || !answers) return markup``
  const sheets = matrix.flatMap((row, actual) => {
    const support = sum(row)
    return row.map((count, predicted) => {
      const shown = behind(actual, predicted)
      if (shown.length === 0) return undefined
      const id = cellId(actual, predicted)
      const order =
        shown.length < count
          ? `The ${shown.length} most confident are shown`
          : 'The most confident come first'
      const images = shown.map(
        (sample) =>
          markup`<li>${atlas.thumbnail(sample, `test sample ${sample}`)}${percent(answers.confidence[sample] as number, 1)}</li>`,
      )
      return markup`<div popover id="${id}" class="sheet" role="dialog" aria-labelledby="${id}t"><div class="top"><h3 id="${id}t">${cellWords(classNames, actual, predicted)}</h3><button class="close" popovertarget="${id}" popovertargetaction="hide">Close</button></div><p class="quiet small">${grouped(count)} of ${grouped(support)} samples (${percent(count / support, 1)}). ${order}, each with the probability of ${classNames[predicted]}.</p><ul class="thumbs">${images}</ul></div>`
    })
  })
  return markup`${sheets}`
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
const cellId = (actual: number, predicted: number) => `c${actual}-${predicted}`
