import type { MatrixFigure } from '../../figures.ts'
import { cellWords, countText } from '../../words.ts'
import { markup } from '../markup.ts'
import { cellStrength } from '../shade.ts'
import { type Drawing, at, shortName } from './drawing.ts'

/** Shaded by the share of the row; the counts are written for up to 20 classes. */
export function drawMatrix({ matrix, classNames }: MatrixFigure): Drawing {
  const { length } = matrix
  const cell = length <= 12 ? 40 : length <= 20 ? 32 : Math.max(8, Math.floor(640 / length))
  const names = classNames.map((name) => shortName(name, 16))
  const margin = 14 + 6.6 * Math.max(...names.map((name) => Array.from(name).length))
  const side = length * cell
  const left = margin + 18
  const top = margin * 0.74 + 34
  const withCounts = length <= 20
  const fontSize = cell >= 40 ? 12.5 : cell >= 32 ? 10.5 : Math.max(6, Math.min(11, cell - 2))
  const cells = matrix.flatMap((row, actual) => {
    const support = row.reduce((sum, count) => sum + count, 0)
    return row.map((count, predicted) => {
      if (count === 0) return undefined
      const hit = actual === predicted
      const strength = cellStrength(count, support, hit)
      const px = left + predicted * cell
      const py = top + actual * cell
      const words = `${cellWords(classNames, actual, predicted)}: ${countText(count)} of ${countText(support)}`
      return markup`<g><title>${words}</title><rect class="${hit ? 'tm-fill-hit' : 'tm-fill-miss'}" x="${at(px)}" y="${at(py)}" width="${cell - 1}" height="${cell - 1}" rx="${withCounts ? 3 : 0}" fill-opacity="${strength.toFixed(3)}"/>${
        withCounts &&
        markup`<text class="${strength > 0.72 ? 'tm-inverse' : ''}" x="${at(px + cell / 2)}" y="${at(py + cell / 2 + 4)}" text-anchor="middle" font-size="${fontSize}">${countText(count)}</text>`
      }</g>`
    })
  })
  const rows = names.map(
    (name, i) =>
      markup`<text x="${at(left - 8)}" y="${at(top + (i + 0.5) * cell + fontSize * 0.33)}" text-anchor="end" font-size="${fontSize}">${name}</text>`,
  )
  const heads = names.map((name, i) => {
    const px = at(left + (i + 0.5) * cell)
    return markup`<text x="${px}" y="${at(top - 8)}" font-size="${fontSize}" transform="rotate(-45 ${px} ${at(top - 8)})">${name}</text>`
  })
  const right = names.reduce(
    (sum, name, i) => Math.max(sum, (i + 0.5) * cell + Array.from(name).length * 5.4),
    side,
  )
  return {
    width: Math.ceil(left + right + 8),
    height: Math.ceil(top + side + 10),
    body: markup`<text class="tm-quiet" x="8" y="18">rows: true class, columns: predicted class</text>${heads}${rows}${cells}`,
  }
}
