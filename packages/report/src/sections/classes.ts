import { escapeControls, type PublishedResult } from '@treadle/core'
import { type ClassificationReport, checkReport, formatClassificationReport } from '@treadle/metrics'
import { checkShape } from '../refuse.ts'
import { publishedShape } from '../shapes.ts'
import { classDigits, compareClasses } from '../analysis/baseline.ts'
import type { Cell, Table } from '../blocks.ts'
import type { BarsFigure } from '../figures.ts'
import { fixed, grouped } from '../words.ts'
import { comparedCells, comparedColumns } from './compared.ts'
import type { SectionDefinition } from './section.ts'

const metrics = ['precision', 'recall', 'f1'] as const
const headings = { precision: 'precision', recall: 'recall', f1: 'F1' } as const

export const classes: SectionDefinition = {
  id: 'classes',
  title: 'Classes',
  blocks({ tested, baseline }) {
    if (tested?.kind !== 'classifier') return []
    const { report } = tested.analysis
    const comparison = baseline && classComparisonTable(report, baseline)
    return [
      classBarsFigure(report, baseline),
      classificationTable(report),
      ...(comparison ? [comparison] : []),
    ]
  },
}

function checkCompared(
  operation: string,
  report: ClassificationReport,
  baseline: PublishedResult | undefined,
): void {
  checkReport(operation, report)
  if (baseline !== undefined) checkShape(operation, 'baseline', baseline, publishedShape)
}

/** The F1 of each class as a bar, with a mark at the baseline's. */
export function classBarsFigure(report: ClassificationReport, baseline?: PublishedResult): BarsFigure {
  checkCompared('classBarsFigure', report, baseline)
  const rows = compareClasses(report, baseline)
  const marked = rows.some(({ f1 }) => f1.baseline !== undefined)
  return {
    kind: 'bars',
    name: 'classes',
    title: 'F1 by class',
    label: `F1 by class: ${rows.map(({ name, f1 }) => `${name} ${fixed(f1.run, classDigits)}`).join(', ')}.`,
    bars: rows.map(({ name, f1 }) => ({
      name,
      value: f1.run ?? Number.NaN,
      text: fixed(f1.run, 3),
      ...(f1.baseline !== undefined && { mark: f1.baseline }),
    })),
    ...(marked && { markName: 'baseline' }),
  }
}

/** The classification report. Its plain-text form is scikit-learn's, character for character. */
export function classificationTable(report: ClassificationReport): Table {
  checkReport('classificationTable', report)
  const { accuracy, microAverage, macroAverage, weightedAverage } = report
  const row = (name: string, values: ClassificationReport['macroAverage']): Cell[] => [
    name,
    ...metrics.map((metric) => fixed(values[metric], 3)),
    grouped(values.support),
  ]
  return {
    kind: 'table',
    title: 'Classification report',
    columns: [
      { heading: 'class', align: 'left' },
      ...metrics.map((metric) => ({ heading: headings[metric], align: 'right' }) as const),
      { heading: 'samples', align: 'right' },
    ],
    rows: report.classes.map((values) => row(values.name, values)),
    totals: [
      microAverage
        ? row('micro average', microAverage)
        : ['accuracy', '', '', fixed(accuracy, 3), grouped(macroAverage.support)],
      row('macro average', macroAverage),
      row('weighted average', weightedAverage),
    ],
    plainText: formatClassificationReport(withShownNames(report)),
  }
}

/** Escaped before the names are aligned. */
function withShownNames(report: ClassificationReport): ClassificationReport {
  return {
    ...report,
    names: report.names.map((name) => escapeControls(name)),
    classes: report.classes.map((values) => ({ ...values, name: escapeControls(values.name) })),
  }
}

/** Precision, recall and F1 of each class, compared; undefined where the baseline has other classes. */
export function classComparisonTable(
  report: ClassificationReport,
  baseline: PublishedResult,
): Table | undefined {
  checkReport('classComparisonTable', report)
  checkShape('classComparisonTable', 'baseline', baseline, publishedShape)
  if (baseline.classes.length !== report.classes.length) return undefined
  return {
    kind: 'table',
    title: `Compared with the baseline (${baseline.name})`,
    columns: [
      { heading: 'class', align: 'left' },
      ...metrics.flatMap((metric) => comparedColumns(headings[metric])),
    ],
    rows: compareClasses(report, baseline).map((row) => [
      row.name,
      ...metrics.flatMap((metric) => comparedCells(row[metric], classDigits)),
    ]),
  }
}
