import type { ReliabilityFigure } from '../../figures.ts'
import { grouped, percent } from '../../words.ts'
import { markup } from '../markup.ts'
import { type Drawing, at, frame } from './drawing.ts'

/** The accuracy in each range of confidence, and the diagonal of a calibrated classifier. */
export function drawReliability({ title, bins, expectedCalibrationError }: ReliabilityFigure): Drawing {
  const area = { left: 52, right: 436, top: 34, bottom: 262 }
  const { x, y, axes } = frame(
    area,
    { domain: [0, 1], label: 'confidence in the predicted class', format: wholePercent },
    { domain: [0, 1], label: '', format: wholePercent },
  )
  const largest = Math.max(...bins.map(({ count }) => count))
  const bars = bins
    .filter(({ count }) => count > 0)
    .map(({ low, high, count, confidence, accuracy }) => {
      const from = at(x(low) + 1)
      const width = at(x(high) - x(low) - 2)
      const [upper, lower] = [Math.max(accuracy, confidence), Math.min(accuracy, confidence)]
      const words = `confidence ${percent(confidence, 1)}: accuracy ${percent(accuracy, 1)}, ${grouped(count)} samples`
      // a faint bar stands for few samples
      const weight = (0.35 + 0.65 * Math.sqrt(count / largest)).toFixed(2)
      return markup`<g><title>${words}</title><rect class="tm-fill-run" x="${from}" y="${at(y(lower))}" width="${width}" height="${at(area.bottom - y(lower))}" fill-opacity="${weight}"/><rect class="tm-gap" x="${from}" y="${at(y(upper))}" width="${width}" height="${at(y(lower) - y(upper))}"/></g>`
    })
  return {
    width: 460,
    height: 306,
    body: markup`<text class="tm-strong" x="8" y="18">${title}</text><text class="tm-quiet" x="436" y="18" text-anchor="end">expected calibration error ${percent(expectedCalibrationError)}</text>${axes}${bars}<path class="tm-ideal" d="M${at(x(0))} ${at(y(0))}L${at(x(1))} ${at(y(1))}"/>`,
  }
}

function wholePercent(value: number): string {
  return `${Math.round(value * 100)} %`
}
