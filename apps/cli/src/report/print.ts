import type { PublishedResult } from '@treadle/core'
import {
  classificationReport,
  confusionMatrix,
  formatClassificationReport,
  hardestConfusions,
  predictedClasses,
} from '@treadle/metrics'
import {
  type RunReport,
  formatClasses,
  formatConfusionMatrix,
  formatConfusions,
  formatEpochs,
} from '@treadle/report'
import { displayPath } from '../terminal/display-path.ts'
import { duration } from '../terminal/format.ts'
import { type Ui, banner } from '../terminal/ui.ts'
import { textOptions } from '../terminal/text-options.ts'

const HARDEST = 5
const LABELS: Readonly<Record<string, string>> = { mae: 'MAE', rmse: 'RMSE', r2: 'R²' }

/**
 * What a person reads after a run: classification report, confusion matrix, hardest confusions and, beside the
 * published figures, one's own. With --quiet the result in one line.
 */
export function renderResult(
  report: RunReport,
  figures: Readonly<Record<string, number>>,
  directory: string,
  ui: Ui,
): string {
  const { out, context } = ui
  const { bold, dim } = out.colors
  const place = displayPath(directory, context.cwd)
  const summary = Object.entries(figures)
    .map(([name, value]) => `${LABELS[name] ?? name} ${value.toFixed(4)}`)
    .join('  ')
  if (ui.quiet) return `${summary}  ${place}\n`
  const options = textOptions(out)
  const section = (title: string, body: string) => `\n${bold(title)}\n\n${body.trimEnd()}\n`
  const { test, reference, history } = report
  let text = `\n${bold('Test')}  ${summary}  ${dim(`trained in ${duration(report.seconds)}`)}\n`
  if (reference !== undefined && figures['accuracy'] !== undefined)
    text += besidePublished(figures['accuracy'], reference)
  if (test?.kind === 'classifier') {
    const { classNames, labels, probabilities } = test
    const predictions = predictedClasses(probabilities, classNames.length)
    const classes = classificationReport(labels, predictions, {
      classNames,
      labels: classNames.map((_, i) => i),
    })
    const matrix = confusionMatrix(labels, predictions, classNames.length)
    const hardest = hardestConfusions(matrix, classNames, HARDEST)
    text += section('Classification report', formatClassificationReport(classes))
    text += section('Confusion matrix', formatConfusionMatrix(matrix, classNames, options))
    if (hardest.length > 0) text += section('Hardest confusions', formatConfusions(hardest))
    if (reference !== undefined) {
      text += section(`Every epoch beside ${reference.name}`, formatEpochs(history, reference, options))
      text += section(`Every class beside ${reference.name}`, formatClasses(classes, reference, options))
    }
  }
  if (report.dataset.source.kind === 'sample') {
    text += banner(
      'SAMPLE DATA',
      'These figures are not comparable with the report’s: they come from a tenth of the data.',
      out,
    )
  }
  return `${text}\n`
}

function besidePublished(accuracy: number, { name, accuracy: published }: PublishedResult): string {
  const points = ((published - accuracy) * 100).toFixed(2)
  const difference =
    Number(points) === 0
      ? 'the same'
      : `${points.replace('-', '')} points ${points.startsWith('-') ? 'lower' : 'higher'}`
  return `      ${name}: accuracy ${published.toFixed(4)}, ${difference}\n`
}
