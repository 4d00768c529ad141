import type { Calibration } from '@treadle/metrics'
import { grouped, percent } from '../format-number.ts'
import { markup } from '../markup.ts'
import { type Figure, at, frame } from './figure.ts'

/** Draw how often each level of confidence was right, against the diagonal of a calibrated classifier. */
export function reliabilityFigure({ bins, expectedCalibrationError }: Calibration): Figure {
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
      const words = `confidence ${percent(confidence, 1)}: ${percent(accuracy, 1)} right of ${grouped(count)} rows`
      // a faint bar rests on few rows
      const weight = (0.35 + 0.65 * Math.sqrt(count / largest)).toFixed(2)
      return markup`<g><title>${words}</title><rect class="tm-fill-ours" x="${from}" y="${at(y(lower))}" width="${width}" height="${at(area.bottom - y(lower))}" fill-opacity="${weight}"/><rect class="tm-gap" x="${from}" y="${at(y(upper))}" width="${width}" height="${at(y(lower) - y(upper))}"/></g>`
    })
  return {
    width: 460,
    height: 306,
    label: `Reliability diagram: expected calibration error ${percent(expectedCalibrationError)}.`,
    body: markup`<text class="tm-strong" x="8" y="18">Share right</text><text class="tm-quiet" x="436" y="18" text-anchor="end">expected calibration error ${percent(expectedCalibrationError)}</text>${axes}${bars}<path class="tm-ideal" d="M${at(x(0))} ${at(y(0))}L${at(x(1))} ${at(y(1))}"/>`,
  }
}

function wholePercent(value: number): string {
  return `${Math.round(value * 100)} %`
}
