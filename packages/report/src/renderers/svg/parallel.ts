import type { ParallelFigure, ParallelLine } from '../../figures.ts'
import { type Markup, markup } from '../markup.ts'
import { type Drawing, at, shortName } from './drawing.ts'

const [left, right, top, bottom] = [86, 850, 66, 300]

const y = (share: number) => at(bottom - (bottom - top) * share)

export function drawParallel({ title, axes, lines }: ParallelFigure): Drawing {
  const x = (i: number) => at(left + ((right - left) * i) / Math.max(1, axes.length - 1))
  const most = Math.max(6, Math.floor(240 / axes.length))
  const drawn = axes.map(({ name, ticks }, i) => {
    const marks = ticks.map(
      (tick) =>
        markup`<text class="tm-quiet" x="${x(i) - 7}" y="${y(tick.at) + 4}" text-anchor="end">${shortName(tick.text, 9)}</text>`,
    )
    // Neighbouring names are on two lines, so that long ones do not touch.
    return markup`<path class="tm-axis" d="M${x(i)} ${top}V${bottom}"/><text x="${x(i)}" y="${i % 2 === 0 ? 54 : 38}" text-anchor="middle"><title>${name}</title>${shortName(name, most)}</text>${marks}`
  })
  // The best line is on top.
  const ordered = lines.toSorted((a, b) => a.strength - b.strength)
  return {
    width: 920,
    height: 320,
    body: markup`<text class="tm-strong" x="8" y="18">${title}</text>${ordered.map((line) => drawLine(line, x))}${drawn}`,
  }
}

function drawLine({ name, at: places, strength }: ParallelLine, x: (axis: number) => number): Markup {
  let pen = 'M'
  const path = places.flatMap((share, i) => {
    const command = pen
    pen = Number.isFinite(share) ? 'L' : 'M'
    return Number.isFinite(share) ? [`${command}${x(i)} ${y(share)}`] : []
  })
  const [color, opacity] = strength === 1 ? ['tm-baseline', 1] : ['tm-run', at(0.1 + 0.7 * strength ** 2)]
  return markup`<path class="tm-curve ${color}" stroke-opacity="${opacity}" d="${path.join('')}"><title>${name}</title></path>`
}
