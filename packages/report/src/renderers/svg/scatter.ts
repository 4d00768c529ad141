import type { ScatterFigure } from '../../figures.ts'
import { extent } from '../extent.ts'
import { markup } from '../markup.ts'
import { type Drawing, at, frame } from './drawing.ts'

/** More points than this hide each other and enlarge the file. */
const mostPoints = 2000

export function drawScatter({ title, x: xs, y: ys, xLabel }: ScatterFigure): Drawing {
  const domain = extent([...xs, ...ys])
  const { x, y, axes } = frame(
    { left: 52, right: 444, top: 34, bottom: 342 },
    { domain, label: xLabel, nice: true },
    { domain, label: '', nice: true },
  )
  const step = Math.max(1, Math.ceil(xs.length / mostPoints))
  const shown = Array.from({ length: Math.ceil(xs.length / step) }, (_, i) => i * step)
  const [low, high] = domain
  return {
    width: 460,
    height: 386,
    body: markup`<text class="tm-strong" x="8" y="18">${title}</text>${axes}<path class="tm-ideal" d="M${at(x(low))} ${at(y(low))}L${at(x(high))} ${at(y(high))}"/>${shown.map(
      (i) =>
        markup`<circle class="tm-point" cx="${at(x(xs[i] as number))}" cy="${at(y(ys[i] as number))}" r="2.4"/>`,
    )}`,
  }
}
