import { checkBlock } from '../../blocks.ts'
import { refuse } from '../../refuse.ts'
import type { Figure, GalleryFigure } from '../../figures.ts'
import { Markup, markup } from '../markup.ts'
import { drawBars } from './bars.ts'
import { drawCurves } from './curves.ts'
import type { Drawing } from './drawing.ts'
import { drawMatrix } from './matrix.ts'
import { drawParallel } from './parallel.ts'
import { drawReliability } from './reliability.ts'
import { drawSamples } from './samples.ts'
import { drawScatter } from './scatter.ts'
import { fileStyle } from './style.ts'

/** Every figure that needs no images of the report. */
export type Chart = Exclude<Figure, GalleryFigure>

const drawings: { readonly [Kind in Chart['kind']]: (chart: Extract<Chart, { kind: Kind }>) => Drawing } = {
  curves: drawCurves,
  bars: drawBars,
  matrix: drawMatrix,
  reliability: drawReliability,
  scatter: drawScatter,
  parallel: drawParallel,
  samples: drawSamples,
}

function drawChart(chart: Chart): Drawing {
  checkBlock(chart)
  if (!Object.hasOwn(drawings, chart.kind))
    refuse('Drawing a chart', `\`kind\` (=${chart.kind}) must be one of ${Object.keys(drawings).join(', ')}.`)
  return (drawings[chart.kind] as (chart: Chart) => Drawing)(chart)
}

/** The chart as markup for a page that has `figureStyle` and the variables of `figureColors`. */
export function inlineSvg(chart: Chart): string {
  const { width, height, body } = drawChart(chart)
  return markup`<svg class="tm-figure" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${chart.label}">${body}</svg>`
    .text
}

/** The chart as a file: with its own colours for light and dark, without fonts or files from elsewhere. */
export function standaloneSvg(chart: Chart): string {
  const drawing = drawChart(chart)
  return svgFile(chart.label, drawing)
}

export function svgFile(label: string, { width, height, body }: Drawing): string {
  return `${
    markup`<svg class="tm-figure" xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}"><style>${new Markup(fileStyle)}</style><rect class="tm-paper" width="${width}" height="${height}"/>${body}</svg>`
      .text
  }\n`
}
