import type { CurvesFigure, Series } from '../../figures.ts'
import { threeDigits } from '../../words.ts'
import { extent } from '../extent.ts'
import { type Markup, markup } from '../markup.ts'
import { type Drawing, at, frame, shortName } from './drawing.ts'
import { seriesClass } from './style.ts'

const MOST_DOTS = 20
/** Height of a line of the legend. */
const LINE = 19
/** In characters. */
const LONGEST_NAME = 58

export function drawCurves({ title, series, xLabel = 'epoch', logX, marks = [] }: CurvesFigure): Drawing {
  const epochs = Math.max(...series.map(({ values }) => values.length))
  // the runs of a comparison have long names, one on a line below the title
  const named = series.filter(({ owner }) => typeof owner === 'number')
  const shift = Math.max(0, named.length - 1) * LINE
  const { x, y, axes, top, bottom } = frame(
    { left: 52, right: 444, top: 58 + shift, bottom: 262 + shift },
    logX === undefined
      ? {
          domain: epochs === 1 ? [0.5, 1.5] : [1, epochs],
          label: xLabel,
          ticks: Math.min(epochs, 10),
          whole: true,
        }
      : { domain: extent(logX), label: xLabel, logarithmic: true },
    { domain: extent(series.flatMap(({ values }) => values)), label: '', nice: true },
  )
  const place = (i: number) => logX?.[i] ?? i + 1
  // the baseline first, so that this run lies above it
  const lines = [...series].toReversed().map(({ name, owner, phase, values }) => {
    const points = values.flatMap((value, i) =>
      Number.isFinite(value) ? [[at(x(place(i))), at(y(value)), i, value] as const] : [],
    )
    const path = points.map(([px, py], i) => `${i === 0 ? 'M' : 'L'}${px} ${py}`).join('')
    // More dots than this would cover the line.
    const every = Math.ceil(points.length / MOST_DOTS)
    const dots = phase === 'validation' || points.length === 1 ? points.filter((_, i) => i % every === 0) : []
    return markup`<path class="${curveClass(owner, phase)}" d="${path}"/>${dots.map(
      ([px, py, i, value]) =>
        markup`<circle class="tm-dot ${colorClass(owner)}" cx="${px}" cy="${py}" r="4"><title>${`${name}, ${xLabel} ${logX ? threeDigits(place(i)) : i + 1}: ${value.toFixed(4)}`}</title></circle>`,
    )}`
  })
  return {
    width: 460,
    height: 306 + shift,
    body: markup`<text class="tm-strong" x="8" y="18">${title}</text>${legend(series)}${namedLegend(named)}${axes}${lines}${marks.map(
      ({ x: value, name }, row) =>
        markup`<path class="tm-ideal" d="M${at(x(value))} ${top}V${bottom}"/><text x="${at(x(value)) + 5}" y="${top + 12 + row * LINE}">${name}</text>`,
    )}`,
  }
}

/** Owners in rows, training and validation in columns. */
function legend(series: readonly Series[]): Markup {
  const owners = (['run', 'baseline'] as const).filter((owner) => series.some((one) => one.owner === owner))
  return markup`${owners.map((owner, row) =>
    series
      .filter((one) => one.owner === owner)
      .map(({ name, phase }) => {
        const px = phase === 'validation' ? 288 : 108
        const py = 14 + row * LINE
        const mark =
          phase === 'validation' &&
          markup`<circle class="tm-dot ${colorClass(owner)}" cx="${px + 13}" cy="${py}" r="4"/>`
        return markup`<path class="${curveClass(owner, phase)}" d="M${px} ${py}h26"/>${mark}<text x="${px + 33}" y="${py + 4}">${name}</text>`
      }),
  )}`
}

/** Each run on a line of its own. */
function namedLegend(series: readonly Series[]): Markup {
  return markup`${series.map(({ name, owner, phase }, row) => {
    const py = 33 + row * LINE
    const mark =
      phase === 'validation' && markup`<circle class="tm-dot ${colorClass(owner)}" cx="21" cy="${py}" r="4"/>`
    return markup`<path class="${curveClass(owner, phase)}" d="M8 ${py}h26"/>${mark}<text x="41" y="${py + 4}">${shortName(name, LONGEST_NAME)}</text>`
  })}`
}

const colorClass = (owner: Series['owner']) =>
  typeof owner === 'number' ? seriesClass(owner) : `tm-${owner}`

const curveClass = (owner: Series['owner'], phase: Series['phase']) =>
  `tm-curve ${colorClass(owner)}${phase === 'training' ? ' tm-training' : ''}`
