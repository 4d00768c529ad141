import type { Confusion } from '@treadle/metrics'
import { answersShape } from '../shapes.ts'
import type { List } from '../blocks.ts'
import type { Answers, MatrixFigure } from '../figures.ts'
import { checkShape, refuse } from '../refuse.ts'
import { countText, grouped } from '../words.ts'
import type { SectionDefinition } from './section.ts'

export const confusion: SectionDefinition = {
  id: 'confusion',
  title: 'Confusion matrix',
  blocks({ tested }) {
    if (tested?.kind !== 'classifier') return []
    const { analysis, test } = tested
    const { predictions: predicted, confidence, matrix, hardest } = analysis
    return [
      confusionFigure(matrix, test.classNames, { labels: test.labels, predicted, confidence }),
      ...(hardest.length > 0 ? [confusionList(hardest)] : []),
    ]
  },
}

/**
 * A confusion matrix as a figure.
 * @param matrix shape [classes, classes]: rows true, columns predicted
 * @throws TreadleError `REPORT_BAD_INPUT` where `classNames` has another length
 */
export function confusionFigure(
  matrix: readonly (readonly number[])[],
  classNames: readonly string[],
  answers?: Answers,
): MatrixFigure {
  const operation = 'confusionFigure'
  checkShape(operation, 'matrix', matrix, [['number']])
  checkShape(operation, 'classNames', classNames, ['string'])
  if (answers !== undefined) checkShape(operation, 'answers', answers, answersShape)
  const { length } = matrix
  if (classNames.length !== length)
    refuse(operation, `\`classNames\` must hold ${length} names, got ${classNames.length}.`)
  const correct = matrix.reduce((sum, row, i) => sum + (row[i] as number), 0)
  const total = matrix.flat().reduce((sum, count) => sum + count, 0)
  return {
    kind: 'matrix',
    name: 'confusion-matrix',
    title: 'Confusion matrix',
    label: `Confusion matrix of ${length} classes; rows: true class, columns: predicted class. ${countText(correct)} of ${countText(total)} samples are correct.`,
    matrix,
    classNames,
    ...(answers && { answers }),
  }
}

function confusionList(confusions: readonly Confusion[]): List {
  return { kind: 'list', title: 'Most frequent confusions', items: confusions.map(describeConfusion) }
}

/** A confusion in words: `Shirt predicted as T-shirt/top: 161 of 1,000`. */
export function describeConfusion({ actualName, predictedName, count, support }: Confusion): string {
  return `${actualName} predicted as ${predictedName}: ${weightText(count)} of ${weightText(support)}`
}

const weightText = (value: number) => (Number.isInteger(value) ? grouped(value) : countText(value))
