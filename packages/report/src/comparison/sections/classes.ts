import type { Block, Cell } from '../../blocks.ts'
import { fixed, signed } from '../../words.ts'
import type { AnalysedRun } from '../analysis.ts'
import type { ComparisonSection } from './section.ts'

const digits = 3

export const classes: ComparisonSection = {
  id: 'classes',
  title: 'Classes',
  blocks: ({ runs, groups }) =>
    groups.flatMap((group) => classBlocks(group.runs.map((index) => runs[index] as AnalysedRun))),
}

const rowsOf = ({ tested }: AnalysedRun) =>
  tested?.kind === 'classifier' ? tested.analysis.report.classes : []

/** F1 of each class: of the first run the value, of the others the difference from it. */
function classBlocks(runs: readonly AnalysedRun[]): Block[] {
  const [first, ...others] = runs.filter((run) => rowsOf(run).length > 0)
  if (first === undefined || others.length === 0) return []
  return [
    {
      kind: 'table',
      title: `F1 by class: the value of ${first.label}, and the differences of the others from it`,
      columns: [
        { heading: 'class', align: 'left' },
        { heading: first.label, align: 'right' },
        ...others.map(({ label }) => ({ heading: `${label} − ${first.label}`, align: 'right' }) as const),
      ],
      rows: rowsOf(first).map((row, i) => [
        row.name,
        fixed(row.f1, digits),
        ...others.map((run) => differenceCell(row.f1, rowsOf(run)[i]?.f1 ?? Number.NaN)),
      ]),
    },
  ]
}

/** From the rounded values, so that it agrees with what the run's own report shows. */
function differenceCell(before: number, after: number): Cell {
  const difference = Number(after.toFixed(digits)) - Number(before.toFixed(digits))
  const text = signed(difference, digits)
  if (!(Math.abs(difference) >= 0.5 / 10 ** digits)) return { text, tone: 'quiet' }
  return { text, tone: difference > 0 ? 'better' : 'worse' }
}
