import { TreadleError, csvCell, escapeControls } from '@treadle/core'
import { predictedClasses } from '@treadle/metrics'
import { csvFormatRows, csvParseRows } from 'd3-dsv'
import type { ClassifierTest, RegressorTest } from '@treadle/report'

/** Outputs of a model for the test samples, with what they should be. */
export type TestOutputs =
  | Pick<ClassifierTest, 'kind' | 'classNames' | 'labels' | 'probabilities'>
  | Omit<RegressorTest, 'loss'>

const CLASSIFIER_COLUMNS = ['row', 'label', 'prediction', 'confidence']
const REGRESSOR_COLUMNS = ['row', 'target', 'prediction', 'error']

/** Nine significant digits identify every float32. */
const float32 = (value: number) => String(Number(value.toPrecision(9)))

/**
 * The text of `predictions.csv`: a line for each test sample in order. Classifiers: label, prediction, confidence, and
 * the probability of each class under its name. Regressors: target, prediction, error. No cell begins a formula.
 */
export function formatPredictions(test: TestOutputs): string {
  const lines =
    test.kind === 'classifier'
      ? classifierLines({ ...test, classNames: test.classNames.map(csvCell) })
      : regressorLines(test)
  return `${csvFormatRows(lines)}\n`
}

function regressorLines({ targets, predictions }: Extract<TestOutputs, { kind: 'regressor' }>) {
  const lines = Array.from(targets, (target, i) => {
    const prediction = predictions[i] as number
    return [String(i), float32(target), float32(prediction), float32(prediction - target)]
  })
  return [REGRESSOR_COLUMNS, ...lines]
}

function classifierLines({
  classNames,
  labels,
  probabilities,
}: Extract<TestOutputs, { kind: 'classifier' }>) {
  const classes = classNames.length
  const predicted = predictedClasses(probabilities, classes)
  const lines = Array.from(labels, (label, i) => {
    const outputs = probabilities.subarray(i * classes, (i + 1) * classes)
    const best = predicted[i] as number
    return [
      String(i),
      classNames[label] ?? String(label),
      classNames[best] ?? '',
      float32(outputs[best] ?? Number.NaN),
      ...Array.from(outputs, float32),
    ]
  })
  return [[...CLASSIFIER_COLUMNS, ...classNames], ...lines]
}

/**
 * Reads the text of `predictions.csv`.
 * @param names the classes, or the targets
 * @throws TreadleError `EXPERIMENT_RUN_INVALID`
 */
export function parsePredictions(
  text: string,
  kind: TestOutputs['kind'],
  names: readonly string[],
): TestOutputs {
  // Earlier versions wrote names as they are, or with control characters.
  const [columns = [], ...lines] = csvParseRows(text).map((line) => line.map((cell) => escapeControls(cell)))
  const plain = names.map((name) => escapeControls(name))
  const cells = same(columns.slice(CLASSIFIER_COLUMNS.length), plain) ? plain : names.map(csvCell)
  const expected = kind === 'classifier' ? [...CLASSIFIER_COLUMNS, ...cells] : REGRESSOR_COLUMNS
  if (!same(columns, expected)) throw invalid('has other columns than the run')
  if (kind === 'regressor') {
    return {
      kind,
      targetName: names[0] ?? 'target',
      targets: Float32Array.from(lines, (line, i) => numberIn(line, 1, i)),
      predictions: Float32Array.from(lines, (line, i) => numberIn(line, 2, i)),
    }
  }
  const probabilities = new Float32Array(lines.length * names.length)
  const labels = new Int32Array(lines.length)
  const classes = new Map(cells.map((cell, index) => [cell, index]))
  for (const [i, line] of lines.entries()) {
    if (line.length !== expected.length)
      throw invalid(`has ${line.length} cells in line ${i + 2}, not ${expected.length}`)
    const label = classes.get(line[1] as string)
    if (label === undefined) throw invalid(`names an unknown class in line ${i + 2}`)
    labels[i] = label
    for (let c = 0; c < names.length; c++) probabilities[i * names.length + c] = numberIn(line, c + 4, i)
  }
  return { kind, classNames: names, labels, probabilities }
}

function same(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((cell, i) => cell === other[i])
}

function numberIn(line: readonly string[], column: number, index: number): number {
  const cell = line[column]
  const value = cell === undefined || cell === '' ? Number.NaN : Number(cell)
  if (!Number.isFinite(value)) throw invalid(`has no number in column ${column + 1} of line ${index + 2}`)
  return value
}

const invalid = (what: string) =>
  new TreadleError(
    'EXPERIMENT_RUN_INVALID',
    `predictions.csv ${what}. It was edited, is damaged, or belongs to another run.`,
  )
