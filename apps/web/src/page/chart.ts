import type { History, PublishedResult } from '@treadle/core'
import { scaleLinear } from 'd3-scale'
import type { CurvePoint } from '../engine/protocol.ts'
import { svg, throttled } from './dom.ts'
import { percent } from './format.ts'

/** In pixels of the screen, so that its text is as large as the text of the page. */
const HEIGHT = 264
/** Vertical position of the legend, and the distance of its lines. */
const LEGEND = 36
const LEGEND_LINE = 16
const BOTTOM = HEIGHT - 40
const LEFT = 44

type CurveValue = readonly [epoch: number, value: number]

interface Kind {
  readonly figure: 'loss' | 'accuracy'
  readonly title: string
  /** The smallest visible range. It grows to contain all values. */
  readonly domain: readonly [number, number]
  readonly format: (value: number) => string
}

export const accuracyChart: Kind = {
  figure: 'accuracy',
  title: 'Accuracy',
  domain: [0.7, 0.95],
  format: (value) => percent(value, 0),
}
export const lossChart: Kind = {
  figure: 'loss',
  title: 'Loss',
  domain: [0.25, 0.8],
  format: (value) => value.toFixed(1),
}

/** Curves of a run: training within the epochs, validation at their ends, and the baseline. */
export class Chart {
  readonly #kind: Kind
  readonly #root = svg('svg', { class: 'chart', height: HEIGHT, role: 'img' })
  readonly #draw = throttled(() => this.#render())
  #points: CurvePoint[] = []
  #history: History = { loss: [] }
  #reference: PublishedResult | undefined
  #epochs = 10
  #width = 300

  constructor(place: HTMLElement, kind: Kind) {
    this.#kind = kind
    place.append(this.#root)
    new ResizeObserver(([entry]) => {
      this.#width = entry?.contentRect.width ?? this.#width
      this.#draw()
    }).observe(place)
  }

  /** Clears the curves for a run of `epochs` epochs. */
  begin(epochs: number, reference: PublishedResult | undefined): void {
    this.#epochs = epochs
    this.#history = { loss: [] }
    this.#reference = reference
    this.#points = []
    this.#draw()
  }

  add(points: readonly CurvePoint[]): void {
    if (points.length === 0) return
    this.#points.push(...points)
    this.#draw()
  }

  setHistory(history: History): void {
    this.#history = history
    this.#draw()
  }

  #render(): void {
    const { figure, title, format } = this.#kind
    const right = this.#width - 6
    const validation = this.#history[`val_${figure}`] ?? []
    const own = this.#history[figure] ?? []
    const published = this.#reference?.history[`val_${figure}`].slice(0, this.#epochs) ?? []
    // After a reload the points within the epochs before it are gone; of those each epoch has one point.
    const within = smoothed(this.#points, figure)
    const first = within[0]?.[0] ?? Infinity
    const training = [...ofEpochs(own).filter(([epoch]) => epoch < first), ...within]
    // Every point lies within the axis, also those of the first steps.
    const shown = [
      ...this.#kind.domain,
      ...validation,
      ...own,
      ...published,
      ...training.map(([, value]) => value),
    ].filter(Number.isFinite)
    const x = scaleLinear([0, this.#epochs], [LEFT, right])
    const legend = this.#legend(published.length > 0)
    const top = legend.bottom + 6
    const y = scaleLinear([Math.min(...shown), Math.max(...shown)], [BOTTOM, top]).nice(5)
    const at = ([epoch, value]: CurveValue) => `${x(epoch).toFixed(1)} ${y(value).toFixed(1)}`
    const path = (points: readonly CurveValue[]) =>
      points.length === 0 ? '' : `M${points.map(at).join('L')}`
    const last = validation.at(-1)
    this.#root.setAttribute('viewBox', `0 0 ${this.#width} ${HEIGHT}`)
    this.#root.setAttribute(
      'aria-label',
      `${title} over ${this.#epochs} epochs.${last === undefined ? '' : ` Validation after ${validation.length} epochs: ${last.toFixed(4)}.`}`,
    )
    this.#root.replaceChildren(
      text(title, { x: 4, y: 16, class: 'name' }),
      ...legend.elements,
      ...y
        .ticks(5)
        .flatMap((tick) => [
          svg('path', { class: 'grid', d: `M${LEFT} ${y(tick).toFixed(1)}H${right}` }),
          text(format(tick), { x: LEFT - 8, y: y(tick) + 4, 'text-anchor': 'end' }),
        ]),
      svg('path', { class: 'axis', d: `M${LEFT} ${BOTTOM}H${right}` }),
      ...x
        .ticks(Math.min(10, this.#epochs))
        .filter(Number.isInteger)
        .map((tick) => text(String(tick), { x: x(tick), y: BOTTOM + 18, 'text-anchor': 'middle' })),
      text('epoch', { x: right, y: HEIGHT - 4, 'text-anchor': 'end' }),
      svg('path', { class: 'curve published', d: path(ofEpochs(published)) }),
      svg('path', { class: 'curve training', d: path(training) }),
      svg('path', { class: 'curve validation', d: path(ofEpochs(validation)) }),
      ...validation.map((value, i) => {
        const [cx = '', cy = ''] = at([i + 1, value]).split(' ')
        return svg(
          'circle',
          { cx, cy, r: validation.length > 30 ? 2 : 4 },
          svg('title', {}, `Epoch ${i + 1}: ${value.toFixed(4)}`),
        )
      }),
    )
  }

  /** In one line, or in several if the chart is narrow. */
  #legend(withReference: boolean): { elements: SVGElement[]; bottom: number } {
    const items = [
      ['training', 'training'],
      ['validation', 'validation'],
      ...(withReference ? [['published', 'baseline']] : []),
    ] as [string, string][]
    let left = 4
    let y = LEGEND
    const elements = items.flatMap(([name, label]) => {
      const width = 23 + label.length * 6.3
      if (left > 4 && left + width > this.#width) {
        left = 4
        y += LEGEND_LINE
      }
      const x = left
      left += width + 11
      return [
        svg('path', { class: `curve ${name}`, d: `M${x} ${y}h18` }),
        ...(name === 'validation' ? [svg('circle', { cx: x + 9, cy: y, r: 4 })] : []),
        svg('text', { x: x + 23, y: y + 4 }, label),
      ]
    })
    return { elements, bottom: y + LEGEND_LINE }
  }
}

/** Exponential moving average: each point covers few images and would jump. */
function smoothed(points: readonly CurvePoint[], figure: 'loss' | 'accuracy'): CurveValue[] {
  let mean: number | undefined
  return points.map((point) => {
    mean = mean === undefined ? point[figure] : mean * 0.7 + point[figure] * 0.3
    return [point.at, mean]
  })
}

function text(content: string, attributes: Readonly<Record<string, string | number>>): SVGElement {
  return svg('text', attributes, content)
}

/** Values at the ends of their epochs. */
function ofEpochs(values: readonly number[]): CurveValue[] {
  return values.map((value, i) => [i + 1, value])
}
