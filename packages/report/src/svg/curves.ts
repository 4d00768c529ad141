import type { History, PublishedResult } from '@treadle/core'
import { historyItems, historyLabels } from '../comparison.ts'
import { type Markup, markup } from '../markup.ts'
import { type Figure, at, frame } from './figure.ts'

type Kind = 'accuracy' | 'loss' | 'mae'
interface Series {
  readonly name: string
  readonly values: readonly number[]
  readonly owner: 'ours' | 'reference'
  readonly validation: boolean
}

/**
 * Draw a run's curves over the epochs, training and validation, with the published ones beside them.
 * @param kind `accuracy`, `loss` or `mae`
 * @returns undefined where the history holds no figure of that kind
 */
export function curvesFigure(history: History, kind: Kind, reference?: PublishedResult): Figure | undefined {
  const own = seriesOf(history, kind, 'ours')
  if (own.length === 0) return undefined
  const published = reference ? seriesOf(reference.history, kind, 'reference') : []
  const series = [...published, ...own]
  const values = series.flatMap((one) => one.values.filter(Number.isFinite))
  const epochs = Math.max(...series.map((one) => one.values.length))
  const { x, y, axes } = frame(
    { left: 52, right: 444, top: 58, bottom: 262 },
    {
      domain: epochs === 1 ? [0.5, 1.5] : [1, epochs],
      label: 'epoch',
      ticks: Math.min(epochs, 10),
      whole: true,
    },
    { domain: extent(values), label: '', nice: true },
  )
  const lines = series.map((one) => {
    const points = one.values.flatMap((value, i) =>
      Number.isFinite(value) ? [[at(x(i + 1)), at(y(value)), i, value] as const] : [],
    )
    const path = points.map(([px, py], i) => `${i === 0 ? 'M' : 'L'}${px} ${py}`).join('')
    const dots = one.validation || points.length === 1 ? points : []
    return markup`<path class="tm-curve tm-${one.owner} ${one.validation ? '' : 'tm-training'}" d="${path}"/>${dots.map(
      ([px, py, i, value]) =>
        markup`<circle class="tm-dot tm-${one.owner}" cx="${px}" cy="${py}" r="4"><title>${`${one.name}, epoch ${i + 1}: ${value.toFixed(4)}`}</title></circle>`,
    )}`
  })
  const names = { accuracy: 'Accuracy', loss: 'Loss', mae: 'MAE' }
  const last = own.map((one) => `${one.name} ${one.values.at(-1)?.toFixed(4)}`).join(', ')
  return {
    width: 460,
    height: 306,
    label: `${names[kind]} over ${own[0]?.values.length} epochs. At the end: ${last}.`,
    body: markup`<text class="tm-strong" x="8" y="18">${names[kind]}</text>${legend(series)}${axes}${lines}`,
  }
}

function seriesOf(history: History, kind: Kind, owner: Series['owner']): Series[] {
  return historyItems(history)
    .filter((item) => item.endsWith(kind))
    .map((item) => ({
      name: owner === 'ours' ? historyLabels[item] : `reference, ${historyLabels[item]}`,
      values: history[item] as number[],
      owner,
      validation: item.startsWith('val_'),
    }))
}

/** Owners in rows, training and validation in columns. */
function legend(series: readonly Series[]): Markup {
  const owners = (['ours', 'reference'] as const).filter((owner) => series.some((one) => one.owner === owner))
  return markup`${owners.map((owner, row) =>
    series
      .filter((one) => one.owner === owner)
      .map((one) => {
        const px = one.validation ? 316 : 170
        const py = 14 + row * 19
        const mark = one.validation
          ? markup`<circle class="tm-dot tm-${owner}" cx="${px + 13}" cy="${py}" r="4"/>`
          : undefined
        const text = `${owner === 'ours' ? '' : 'ref. '}${one.validation ? 'validation' : 'training'}`
        return markup`<path class="tm-curve tm-${owner} ${one.validation ? '' : 'tm-training'}" d="M${px} ${py}h26"/>${mark}<text x="${px + 33}" y="${py + 4}">${text}</text>`
      }),
  )}`
}

export function extent(values: readonly number[]): [number, number] {
  if (values.length === 0) return [0, 1]
  return values.reduce<[number, number]>(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  )
}
