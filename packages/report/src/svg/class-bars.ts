import type { PublishedResult } from '@treadle/core'
import type { ClassificationReport } from '@treadle/metrics'
import { compareClasses } from '../comparison.ts'
import { fixed } from '../format-number.ts'
import { markup } from '../markup.ts'
import { type Figure, at, shortName } from './figure.ts'

/** Draw each class's F1 as a bar; a mark stands where the published F1 lies. */
export function classBarsFigure(report: ClassificationReport, reference?: PublishedResult): Figure {
  const rows = compareClasses(report, reference)
  const hasReference = rows.some(({ f1 }) => f1.reference !== undefined)
  const left = 132
  const length = 262
  const height = 25
  const top = 40
  const bars = rows.map(({ name, f1 }, i) => {
    const py = top + i * height
    const value = Number.isFinite(f1.ours) ? (f1.ours as number) : 0
    const words = `${name}: F1 ${fixed(f1.ours, 3)}${f1.reference === undefined ? '' : `, reference ${fixed(f1.reference, 2)}`}`
    return markup`<g><title>${words}</title><text x="${left - 10}" y="${py + 13}" text-anchor="end">${shortName(name, 17)}</text><rect class="tm-fill-soft" x="${left}" y="${py + 1}" width="${length}" height="16" rx="3"/><rect class="tm-fill-ours" x="${left}" y="${py + 1}" width="${at(value * length)}" height="16" rx="3"/>${
      f1.reference !== undefined &&
      markup`<path class="tm-reference" stroke-width="3" d="M${at(left + f1.reference * length)} ${py - 2}v22"/>`
    }<text x="${left + length + 50}" y="${py + 13}" text-anchor="end">${fixed(f1.ours, 3)}</text></g>`
  })
  const legend =
    hasReference &&
    markup`<path class="tm-reference" stroke-width="3" d="M376 9v14"/><text class="tm-quiet" x="386" y="20">reference</text>`
  return {
    width: 460,
    height: top + rows.length * height + 6,
    label: `F1 by class: ${rows.map(({ name, f1 }) => `${name} ${fixed(f1.ours, 2)}`).join(', ')}.`,
    body: markup`<text class="tm-strong" x="8" y="20">F1 by class</text>${legend}${bars}`,
  }
}
