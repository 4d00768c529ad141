import type { DataSummary, Result } from '../engine/protocol.ts'
import { breath, byId, element } from './dom.ts'
import { count, percent } from './format.ts'
import { drawWeights, thumbnail } from './images.ts'
import { matrixTable } from './matrix.ts'

/** Images shown behind a cell: as many as a person looks through. */
const MOST_IMAGES = 60
const MOST_MISTAKES = 24

/** The result that is being shown; a later one ends the work on an earlier. */
let present: Result | undefined

/** Fills the section with a result, or empties it. Part by part, so that the page answers in between. */
export async function showResult(result: Result | undefined, data: DataSummary): Promise<void> {
  present = result
  if (result) {
    const open = (actual: number, predicted: number) => showCell(result, data, actual, predicted)
    const parts = [
      () => byId('matrix').replaceChildren(matrixTable(result.matrix, data.classNames, open)),
      () => byId('classes').replaceChildren(classTable(result, data)),
      ...mistakeParts(result, data),
      () => byId('pictures').replaceChildren(),
      ...result.pictures.map((pictures) => () => byId('pictures').append(...pictureList(pictures))),
    ]
    for (const part of parts) {
      await breath()
      if (present !== result) return
      part()
    }
    byId('pictures').hidden = result.pictures.length === 0
  }
  const section = byId('look')
  for (const part of section.querySelectorAll<HTMLElement>('[data-empty]')) part.hidden = result !== undefined
  for (const part of section.querySelectorAll<HTMLElement>('[data-filled]'))
    part.hidden = result === undefined
}

/** The rows that `wanted` picks, those the network was surest of first. */
function surest(
  { answers: { predicted, probability } }: Result,
  { test: { labels } }: DataSummary,
  wanted: (actual: number, predicted: number) => boolean,
): number[] {
  return [...labels.keys()]
    .filter((row) => wanted(labels[row] as number, predicted[row] as number))
    .toSorted((a, b) => (probability[b] as number) - (probability[a] as number))
}

function showCell(result: Result, data: DataSummary, actual: number, predicted: number): void {
  const { test, classNames } = data
  const [shown, taken] = [classNames[actual], classNames[predicted]]
  const rows = surest(result, data, (one, other) => one === actual && other === predicted)
  const support = result.report.classes[actual]?.support ?? 0
  byId('cell-title').textContent = actual === predicted ? `${shown}, rightly` : `${shown}, taken for ${taken}`
  byId('cell-note').textContent =
    `${count(rows.length)} of ${count(support)} test images` +
    (rows.length > MOST_IMAGES ? `; the ${MOST_IMAGES} most confident are shown.` : '.')
  byId('cell-images').replaceChildren(
    ...rows.slice(0, MOST_IMAGES).map((row) => {
      const sure = percent(result.answers.probability[row] as number)
      return element('li', {}, thumbnail(test, row, `Test image ${row}, ${taken} ${sure}`), sure)
    }),
  )
  byId<HTMLDialogElement>('cell').showModal()
}

const cells = (texts: readonly string[]) => texts.map((text) => element('td', {}, text))

function classTable({ report }: Result, { reference, comparable }: DataSummary): HTMLTableElement {
  const published = comparable ? reference?.classes : undefined
  const head = ['Class', 'Precision', 'Recall', 'F1', ...(published ? ['Published F1'] : []), 'Images']
  const rows = report.classes.map(({ name, label, precision, recall, f1, support }) => {
    const gauge = element('span', { class: 'gauge', '--value': `${Math.round(f1 * 100)}%` }, element('i'))
    return element(
      'tr',
      {},
      element('th', { scope: 'row' }, name),
      ...cells([precision.toFixed(3), recall.toFixed(3)]),
      element('td', { class: 'f1' }, f1.toFixed(3), gauge),
      ...cells([...(published ? [published[label]?.f1.toFixed(2) ?? '–'] : []), count(support)]),
    )
  })
  const { precision, recall, f1, support } = report.macroAverage
  const means = [
    precision.toFixed(3),
    recall.toFixed(3),
    f1.toFixed(3),
    ...(published ? [''] : []),
    count(support),
  ]
  return element(
    'table',
    { class: 'classes' },
    element('thead', {}, element('tr', {}, ...head.map((text) => element('th', { scope: 'col' }, text)))),
    element('tbody', {}, ...rows),
    element('tfoot', {}, element('tr', {}, element('th', { scope: 'row' }, 'mean'), ...cells(means))),
  )
}

function mistakeParts(result: Result, data: DataSummary): (() => void)[] {
  const { test, classNames } = data
  const { predicted, probability } = result.answers
  const wrong = surest(result, data, (actual, taken) => actual !== taken)
  const worst = wrong.slice(0, MOST_MISTAKES)
  const list = byId('mistakes')
  const add = (row: number) => {
    const shown = classNames[test.labels[row] as number] ?? ''
    const taken = classNames[predicted[row] as number]
    const picture = thumbnail(test, row, `Test image ${row}: ${shown}`)
    const words = `taken for ${taken}, ${percent(probability[row] as number)}`
    list.append(element('li', {}, picture, element('b', {}, shown), element('br'), words))
  }
  return [
    () => {
      byId('mistakes-note').textContent =
        wrong.length === 0
          ? 'There are none: every test image was told rightly.'
          : `${count(wrong.length)} of ${count(test.count)} test images were mistaken. Of these ${worst.length} the network was surest.`
      list.replaceChildren()
    },
    () => worst.slice(0, MOST_MISTAKES / 2).forEach(add),
    () => worst.slice(MOST_MISTAKES / 2).forEach(add),
  ]
}

function pictureList({
  title,
  layer,
  names,
  height,
  width,
  values,
}: Result['pictures'][number]): HTMLElement[] {
  const size = height * width
  // Brightest at three standard deviations: single large weights shall not darken the rest.
  const scale = 3 * Math.sqrt(values.reduce((sum, value) => sum + value * value, 1e-12) / values.length)
  const items = names.map((name, i) => {
    const canvas = element('canvas', { role: 'img', 'aria-label': `Weights of ${name}` })
    drawWeights(canvas, values.subarray(i * size, (i + 1) * size), width, height, scale)
    return element('li', {}, canvas, ...(height > 1 ? [name] : []))
  })
  return [
    element('h3', {}, title),
    element(
      'p',
      { class: 'small quiet' },
      `Weights of layer ${layer}. Blue: light here speaks for it. Orange: against it. Black: it does not matter.`,
    ),
    element('ul', height > 1 ? {} : { class: 'strips' }, ...items),
  ]
}
