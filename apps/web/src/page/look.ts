import type { DataSummary, Result } from '../engine/protocol.ts'
import { byId, element } from './dom.ts'
import { count, percent } from './format.ts'
import { drawWeights, thumbnail } from './images.ts'
import { matrixTable } from './matrix.ts'

/** Images shown behind a cell: as many as a person looks through. */
const MOST_IMAGES = 60
const MOST_MISTAKES = 24

/** Fills the section with a result, or empties it. */
export function showResult(result: Result | undefined, data: DataSummary): void {
  const section = byId('look')
  for (const part of section.querySelectorAll<HTMLElement>('[data-empty]')) part.hidden = result !== undefined
  for (const part of section.querySelectorAll<HTMLElement>('[data-filled]'))
    part.hidden = result === undefined
  if (!result) return
  const open = (actual: number, predicted: number) => showCell(result, data, actual, predicted)
  byId('matrix').replaceChildren(matrixTable(result.matrix, data.classNames, open))
  byId('classes').replaceChildren(classTable(result, data))
  showMistakes(result, data)
  byId('pictures').replaceChildren(...result.pictures.flatMap(pictureList))
  byId('pictures').hidden = result.pictures.length === 0
}

function showCell(
  result: Result,
  { test, classNames }: DataSummary,
  actual: number,
  predicted: number,
): void {
  const [shown, taken] = [classNames[actual], classNames[predicted]]
  const behind = result.answers
    .filter((answer) => answer.actual === actual && answer.predicted === predicted)
    .toSorted((a, b) => b.probability - a.probability)
  byId('cell-title').textContent = actual === predicted ? `${shown}, rightly` : `${shown}, taken for ${taken}`
  byId('cell-note').textContent =
    `${count(behind.length)} of ${count(result.matrix[actual]?.reduce((a, b) => a + b, 0) ?? 0)} test images` +
    (behind.length > MOST_IMAGES ? `; the ${MOST_IMAGES} most confident are shown.` : '.')
  byId('cell-images').replaceChildren(
    ...behind.slice(0, MOST_IMAGES).map(({ row, probability }) => {
      const sure = percent(probability)
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

function showMistakes({ answers }: Result, { test, classNames }: DataSummary): void {
  const wrong = answers.filter(({ actual, predicted }) => actual !== predicted)
  const worst = wrong.toSorted((a, b) => b.probability - a.probability).slice(0, MOST_MISTAKES)
  byId('mistakes-note').textContent =
    wrong.length === 0
      ? 'There are none: every test image was told rightly.'
      : `${count(wrong.length)} of ${count(answers.length)} test images were mistaken. Of these ${worst.length} the network was surest.`
  byId('mistakes').replaceChildren(
    ...worst.map(({ row, actual, predicted, probability }) => {
      const [shown = '', taken = ''] = [classNames[actual], classNames[predicted]]
      return element(
        'li',
        {},
        thumbnail(test, row, `Test image ${row}: ${shown}`),
        element('b', {}, shown),
        element('br'),
        `taken for ${taken}, ${percent(probability)}`,
      )
    }),
  )
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
