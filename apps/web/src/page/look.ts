import type { Answers, MatrixFigure } from '@treadle/report'
import { cellWords } from '@treadle/report'
import type { DataSummary, Result } from '../engine/protocol.ts'
import { breath, byId, element } from './dom.ts'
import { count, percent } from './format.ts'
import { drawSigned, thumbnail } from './images.ts'
import { sectionCard } from './section.ts'

/** Images shown behind a cell: as many as a person looks through. */
const MOST_IMAGES = 60

/** The result that is being shown; a later one ends the work on an earlier. */
let present: Result | undefined

/** Shows the sections of a result, or none. One after the other, so that the page answers in between. */
export async function showResult(result: Result | undefined, { test }: DataSummary): Promise<void> {
  present = result
  if (result) {
    const open = (figure: MatrixFigure, actual: number, predicted: number) => {
      if (figure.answers) showCell(figure, figure.answers, test, actual, predicted)
    }
    const place = byId('sections')
    place.replaceChildren()
    const { sections } = result.document
    const parts = [
      ...sections.map((section) => () => place.append(sectionCard(section, test, open))),
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

/** Opens the images behind a cell of the matrix, the most confident first. */
function showCell(
  { matrix, classNames }: MatrixFigure,
  answers: Answers,
  test: DataSummary['test'],
  actual: number,
  predicted: number,
): void {
  const confidence = (sample: number) => answers.confidence[sample] as number
  const samples = [...answers.labels.keys()]
    .filter((i) => answers.labels[i] === actual && answers.predicted[i] === predicted)
    .toSorted((a, b) => confidence(b) - confidence(a))
  const support = matrix[actual]?.reduce((sum, value) => sum + value, 0) ?? 0
  byId('cell-title').textContent = cellWords(classNames, actual, predicted)
  byId('cell-note').textContent =
    `${count(samples.length)} of ${count(support)} test images.` +
    (samples.length > MOST_IMAGES ? ` These are the ${MOST_IMAGES} with the highest confidence.` : '')
  byId('cell-images').replaceChildren(
    ...samples.slice(0, MOST_IMAGES).map((sample) => {
      const sure = percent(confidence(sample))
      const words = `Test image ${sample}, ${classNames[predicted]} ${sure}`
      return element('li', {}, thumbnail(test, sample, words), sure)
    }),
  )
  byId<HTMLDialogElement>('cell').showModal()
}

function pictureList({
  title,
  layer,
  names,
  height,
  width,
  channels,
  values,
}: Result['pictures'][number]): HTMLElement[] {
  const size = height * width * channels
  // Brightest at three standard deviations, so that single large weights do not darken the others.
  const scale = 3 * Math.sqrt(values.reduce((sum, value) => sum + value * value, 1e-12) / values.length)
  const items = names.map((name, i) => {
    const canvas = element('canvas', { role: 'img', 'aria-label': `Weights of ${name}` })
    drawSigned(canvas, values.subarray(i * size, (i + 1) * size), { width, height, channels }, scale)
    return element('li', {}, canvas, ...(height > 1 ? [name] : []))
  })
  return [
    element('h3', {}, title),
    element(
      'p',
      { class: 'small quiet' },
      `Weights of layer ${layer}. ${channels === 1 ? 'Blue: positive. Orange: negative. Black: near zero.' : 'The colours show the weights of red, green and blue. Grey: near zero.'}`,
    ),
    element('ul', height > 1 ? {} : { class: 'strips' }, ...items),
  ]
}
