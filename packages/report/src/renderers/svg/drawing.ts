import { scaleLinear } from 'd3-scale'
import { Markup, markup } from '../markup.ts'

/** A figure as SVG elements, in a coordinate system of `width` × `height`. */
export interface Drawing {
  readonly width: number
  readonly height: number
  readonly body: Markup
}

/**
 * The colours of charts, as variables, and how marks use them. Class names begin with `tm-`, so that they suit
 * any page; set the variables on an ancestor to change the colours.
 */
export const figureColors = {
  light: `--tm-paper:#fff;--tm-ink:#1c1d20;--tm-muted:#5c606a;--tm-line:#dcdad3;--tm-run:#1e40af;--tm-baseline:#a05a00;--tm-hit:#1e40af;--tm-miss:#a83200`,
  dark: `--tm-paper:#17191e;--tm-ink:#eceef2;--tm-muted:#a3a8b4;--tm-line:#363a44;--tm-run:#8fb1ff;--tm-baseline:#f0b24a;--tm-hit:#7aa2ff;--tm-miss:#ff8a4c`,
}

export const figureStyle = `
.tm-figure{display:block;width:100%;height:auto;font:12.5px system-ui,-apple-system,'Segoe UI',sans-serif;font-variant-numeric:tabular-nums}
.tm-figure text{fill:var(--tm-ink)}
.tm-figure .tm-quiet{fill:var(--tm-muted)}
.tm-figure .tm-strong{font-weight:600}
.tm-grid{stroke:var(--tm-line);stroke-width:1}
.tm-axis{stroke:var(--tm-muted);stroke-width:1}
.tm-curve{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}
.tm-run{stroke:var(--tm-run)}
.tm-baseline{stroke:var(--tm-baseline)}
.tm-training{stroke-width:1.5;stroke-dasharray:2 4}
.tm-dot{stroke:var(--tm-paper);stroke-width:1.5}
.tm-dot.tm-run{fill:var(--tm-run)}
.tm-dot.tm-baseline{fill:var(--tm-baseline)}
.tm-fill-run{fill:var(--tm-run)}
.tm-fill-soft{fill:var(--tm-run);fill-opacity:.2}
.tm-fill-miss{fill:var(--tm-miss)}
.tm-fill-hit{fill:var(--tm-hit)}
.tm-gap{fill:var(--tm-miss);fill-opacity:.55}
.tm-ideal{stroke:var(--tm-muted);stroke-width:1.5;stroke-dasharray:5 4;fill:none}
.tm-point{fill:var(--tm-run);fill-opacity:.35}
.tm-figure .tm-inverse{fill:var(--tm-paper)}
.tm-thumb{image-rendering:pixelated}
`.trim()

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
  { domain, ticks = 5, nice = false, whole = false, format }: AxisOptions,
  from: number,
  to: number,
) {
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
