import { cellStrength, cellWords } from '@treadle/report'
import { element, svg } from './dom.ts'
import { count } from './format.ts'

type Matrix = readonly (readonly number[])[]

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

/** The matrix without numbers, as it changes during training. */
export function drawMiniMatrix(place: HTMLElement, matrix: Matrix | undefined, classes: number): void {
  const right = matrix ? sum(matrix.map((row, i) => row[i] ?? 0)) : 0
  const total = matrix ? sum(matrix.flat()) : 0
  const label = matrix
    ? `Confusion matrix: ${count(right)} of ${count(total)} correct.`
    : 'Confusion matrix, empty.'
  const cells = Array.from({ length: classes * classes }, (_, i) => {
    const [actual, predicted] = [Math.floor(i / classes), i % classes]
    const hit = actual === predicted
    const row = matrix?.[actual] ?? []
    const strength = cellStrength(row[predicted] ?? 0, sum(row), hit)
    const box = { x: predicted, y: actual, width: 0.92, height: 0.92, rx: 0.12 }
    return strength === 0
      ? svg('rect', { ...box, class: 'back' })
      : svg('rect', { ...box, class: hit ? 'hit' : 'miss', 'fill-opacity': strength.toFixed(3) })
  })
  place.replaceChildren(
    svg(
      'svg',
      { class: 'mini-matrix', viewBox: `0 0 ${classes} ${classes}`, role: 'img', 'aria-label': label },
      ...cells,
    ),
  )
}

/** The matrix as a table. Each cell that counts images is a button that opens them. */
export function matrixTable(
  matrix: Matrix,
  names: readonly string[],
  open: (actual: number, predicted: number) => void,
): HTMLTableElement {
  const heads = names.map((name) => element('th', { scope: 'col' }, element('span', {}, name)))
  const rows = matrix.map((row, actual) => {
    const support = sum(row)
    const cells = row.map((value, predicted) => {
      const hit = actual === predicted
      if (value === 0) return element('td', { class: 'none' }, '·')
      const strength = cellStrength(value, support, hit)
      const words = `${cellWords(names, actual, predicted)}: ${count(value)} of ${count(support)}`
      const button = element('button', { type: 'button', title: words, 'aria-label': words }, count(value))
      button.addEventListener('click', () => open(actual, predicted))
      return element(
        'td',
        {
          class: `${hit ? 'hit' : 'miss'}${strength > 0.68 ? ' strong' : ''}`,
          // In between, neither black nor white numbers have enough contrast.
          '--strength': `${Math.round((strength > 0.68 ? Math.max(strength, 0.85) : Math.min(strength, 0.45)) * 100)}%`,
        },
        button,
      )
    })
    return element('tr', {}, element('th', { scope: 'row' }, names[actual] ?? ''), ...cells)
  })
  return element(
    'table',
    { class: 'matrix' },
    element('thead', {}, element('tr', {}, element('td', { class: 'none' }), ...heads)),
    element('tbody', {}, ...rows),
  )
}
