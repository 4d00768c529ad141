import type { BarsFigure } from '../../figures.ts'
import { markup } from '../markup.ts'
import { type Drawing, at, shortName } from './drawing.ts'

const left = 132
const length = 262
const height = 25
const top = 40

export function drawBars({ title, bars, markName }: BarsFigure): Drawing {
  const drawn = bars.map(({ name, value, text, mark }, i) => {
    const py = top + i * height
    const filled = Number.isFinite(value) ? Math.min(1, Math.max(0, value)) : 0
    const words = `${name}: ${text}${mark === undefined ? '' : `, ${markName ?? 'mark'} ${mark.toFixed(2)}`}`
    return markup`<g><title>${words}</title><text x="${left - 10}" y="${py + 13}" text-anchor="end">${shortName(name, 17)}</text><rect class="tm-fill-soft" x="${left}" y="${py + 1}" width="${length}" height="16" rx="3"/><rect class="tm-fill-run" x="${left}" y="${py + 1}" width="${at(filled * length)}" height="16" rx="3"/>${
      mark !== undefined &&
      markup`<path class="tm-baseline" stroke-width="3" d="M${at(left + mark * length)} ${py - 2}v22"/>`
    }<text x="${left + length + 50}" y="${py + 13}" text-anchor="end">${text}</text></g>`
  })
  const legend =
    markName !== undefined &&
    markup`<path class="tm-baseline" stroke-width="3" d="M376 9v14"/><text class="tm-quiet" x="386" y="20">${markName}</text>`
  return {
    width: 460,
    height: top + bars.length * height + 6,
    body: markup`<text class="tm-strong" x="8" y="20">${title}</text>${legend}${drawn}`,
  }
}
