import { grouped } from '../format-number.ts'
import { markup } from '../markup.ts'
import type { RegressorTest } from '../run-report.ts'
import { extent } from './curves.ts'
import { type Figure, at, frame } from './figure.ts'

/** More points than this hide each other and weigh down the file. */
const mostPoints = 2000

/** Draw predicted against true values; exact answers would lie on the diagonal. */
export function scatterFigure({ targets, predictions, targetName }: RegressorTest): Figure {
  const domain = extent([...targets, ...predictions])
  const { x, y, axes } = frame(
    { left: 52, right: 444, top: 34, bottom: 342 },
    { domain, label: `true ${targetName}`, nice: true },
    { domain, label: '', nice: true },
  )
  const step = Math.max(1, Math.ceil(targets.length / mostPoints))
  const shown = Array.from({ length: Math.ceil(targets.length / step) }, (_, i) => i * step)
  const [low, high] = domain
  return {
    width: 460,
    height: 386,
    label: `Predicted against true ${targetName}, ${grouped(shown.length)} of ${grouped(targets.length)} test rows.`,
    body: markup`<text class="tm-strong" x="8" y="18">${`Predicted ${targetName}`}</text>${axes}<path class="tm-ideal" d="M${at(x(low))} ${at(y(low))}L${at(x(high))} ${at(y(high))}"/>${shown.map(
      (i) =>
        markup`<circle class="tm-point" cx="${at(x(targets[i] as number))}" cy="${at(y(predictions[i] as number))}" r="2.4"/>`,
    )}`,
  }
}
