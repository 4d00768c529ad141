import { scaleLinear, scaleLog } from 'd3-scale'
import { threeDigits } from '../../words.ts'
import { type Markup, markup } from '../markup.ts'

/** A figure as SVG elements, in a coordinate system of `width` × `height`. */
export interface Drawing {
  readonly width: number
  readonly height: number
  readonly body: Markup
}

/** The part of a drawing between its axes. */
export interface Frame {
  readonly x: (value: number) => number
  readonly y: (value: number) => number
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
  readonly axes: Markup
}

export interface AxisOptions {
  readonly domain: readonly [number, number]
  readonly label: string
  readonly ticks?: number
  /** Widen the domain to round values. */
  readonly nice?: boolean
  /** Whole numbers only. */
  readonly whole?: boolean
  /** Powers of ten at equal distances; the domain is greater than 0. */
  readonly logarithmic?: boolean
  readonly format?: (value: number) => string
}

/** Scales and axes: horizontal grid lines, values left and below, labels at the ends. */
export function frame(
  area: { left: number; right: number; top: number; bottom: number },
  xAxis: AxisOptions,
  yAxis: AxisOptions,
): Frame {
  const { left, right, top, bottom } = area
  const x = scaleOf(xAxis, left, right)
  const y = scaleOf(yAxis, bottom, top)
  const axes = markup`${y.ticks.map(
    (tick) =>
      markup`<path class="tm-grid" d="M${left} ${at(y.scale(tick))}H${right}"/><text class="tm-quiet" x="${left - 8}" y="${at(y.scale(tick) + 4)}" text-anchor="end">${y.format(tick)}</text>`,
  )}<path class="tm-axis" d="M${left} ${bottom}H${right}"/>${x.ticks.map(
    (tick) =>
      markup`<text class="tm-quiet" x="${at(x.scale(tick))}" y="${bottom + 18}" text-anchor="middle">${x.format(tick)}</text>`,
  )}<text class="tm-quiet" x="${(left + right) / 2}" y="${bottom + 36}" text-anchor="middle">${xAxis.label}</text>`
  return { ...area, x: x.scale, y: y.scale, axes }
}

function scaleOf(
  { domain, ticks = 5, nice = false, whole = false, logarithmic = false, format }: AxisOptions,
  from: number,
  to: number,
) {
  if (logarithmic) {
    const scale = scaleLog([...domain], [from, to])
    const powers = scale.ticks(ticks).filter((tick) => Number.isInteger(Math.log10(tick)))
    return { scale: (value: number) => scale(value), ticks: powers, format: format ?? threeDigits }
  }
  const [low, high] = domain
  const pad = low === high ? Math.abs(low) * 0.1 || 0.5 : 0
  const scale = scaleLinear([low - pad, high + pad], [from, to])
  if (nice) scale.nice(ticks)
  const marks = scale.ticks(ticks).filter((tick) => !whole || Number.isInteger(tick))
  return {
    scale: (value: number) => scale(value),
    ticks: marks,
    format: format ?? (whole ? String : scale.tickFormat(ticks)),
  }
}

/** Cuts a name to `most` characters, its end marked by an ellipsis. */
export function shortName(name: string, most: number): string {
  const characters = Array.from(name)
  return characters.length > most ? `${characters.slice(0, most - 1).join('')}…` : name
}

/** A coordinate to a hundredth. */
export function at(value: number): number {
  return Math.round(value * 100) / 100
}
