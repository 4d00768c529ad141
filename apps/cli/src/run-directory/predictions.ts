import { TreadleError } from '@treadle/core'
import type { ClassifierTest, RegressorTest } from '@treadle/report'

type TestRows =
  | Pick<ClassifierTest, 'kind' | 'classNames' | 'labels' | 'probabilities'>
  | Omit<RegressorTest, 'loss'>

/** Nine significant digits give every float32 back exactly. */
const float32 = (value: number) => String(Number(value.toPrecision(9)))
const quote = (text: string) => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

const CLASSIFIER_HEAD = ['row', 'label', 'prediction', 'confidence']
const REGRESSOR_HEAD = ['row', 'target', 'prediction', 'error']

/**
 * `predictions.csv`: a line for each test row in order. Classifiers: label, prediction, confidence, then the
 * probability of each class under its name. Regressors: target, prediction, error.
 */
export function formatPredictions(test: TestRows): string {
  if (test.kind === 'regressor') {
    const rows = Array.from(test.targets, (target, i) => {
      const prediction = test.predictions[i] as number
      return [i, float32(target), float32(prediction), float32(prediction - target)].join(',')
    })
    return `${[REGRESSOR_HEAD.join(','), ...rows].join('\n')}\n`
  }
  const { classNames, labels, probabilities } = test
  const classes = classNames.length
  const rows = Array.from(labels, (label, i) => {
    const row = probabilities.subarray(i * classes, (i + 1) * classes)
    const best = largest(row)
    return [
      i,
      quote(classNames[label] ?? String(label)),
      quote(classNames[best] as string),
      float32(row[best] as number),
      ...Array.from(row, float32),
    ].join(',')
  })
  return `${[[...CLASSIFIER_HEAD, ...classNames.map(quote)].join(','), ...rows].join('\n')}\n`
}

/**
 * Reads what `formatPredictions` wrote.
 * @throws TreadleError `CLI_RUN_INVALID`
 */
export function parsePredictions(
  text: string,
  kind: 'classifier' | 'regressor',
  names: readonly string[],
): TestRows {
  const [head = [], ...rows] = parseCsv(text) ?? []
  const expected = kind === 'classifier' ? [...CLASSIFIER_HEAD, ...names] : REGRESSOR_HEAD
  if (head.join('\n') !== expected.join('\n')) throw invalid('has other columns than the run')
  const number = (cell: string | undefined, line: number) => {
    const value = cell === undefined || cell === '' ? NaN : Number(cell)
    if (Number.isNaN(value)) throw invalid(`has no number where one belongs in line ${line + 2}`)
    return value
  }
  if (kind === 'regressor') {
    return {
      kind,
      targetName: names[0] ?? 'target',
      targets: Float32Array.from(rows, (row, i) => number(row[1], i)),
      predictions: Float32Array.from(rows, (row, i) => number(row[2], i)),
    }
  }
  const probabilities = new Float32Array(rows.length * names.length)
  const labels = new Int32Array(rows.length)
  for (const [i, row] of rows.entries()) {
    if (row.length !== expected.length)
      throw invalid(`has ${row.length} cells in line ${i + 2}, not ${expected.length}`)
    const label = names.indexOf(row[1] as string)
    if (label < 0) throw invalid(`names an unknown class in line ${i + 2}`)
    labels[i] = label
    for (let c = 0; c < names.length; c++) probabilities[i * names.length + c] = number(row[c + 4], i)
  }
  return { kind, classNames: names, labels, probabilities }
}

function largest(row: Float32Array): number {
  let best = 0
  for (let i = 1; i < row.length; i++) if ((row[i] as number) > (row[best] as number)) best = i
  return best
}

/** Rows and cells, quotes as RFC 4180 has them; undefined where the text is no such table. */
function parseCsv(text: string): string[][] | undefined {
  const cell = /(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n|$)/gy
  const rows: string[][] = [[]]
  while (cell.lastIndex < text.length) {
    const match = cell.exec(text)
    if (match === null) return undefined
    rows.at(-1)?.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '')
    if (match[3] === '\n') rows.push([])
  }
  return rows.slice(0, -1)
}

const invalid = (what: string) =>
  new TreadleError(
    'CLI_RUN_INVALID',
    `predictions.csv ${what}: it was edited, damaged or belongs to another run.`,
  )
