import { duration, grouped } from '../../words.ts'
import type { ComparisonSection } from './section.ts'

export const runs: ComparisonSection = {
  id: 'runs',
  title: 'Runs',
  blocks: ({ runs: compared }) => [
    {
      kind: 'table',
      title: 'The letters of the runs in all tables and figures',
      columns: [
        { heading: '', align: 'left' },
        { heading: 'run', align: 'left' },
        { heading: 'epochs', align: 'right' },
        { heading: 'seed', align: 'right' },
        { heading: 'parameters', align: 'right' },
        { heading: 'time', align: 'right' },
        { heading: 'model', align: 'left' },
        { heading: 'data', align: 'left' },
      ],
      rows: compared.map(({ label, name, report }) => [
        label,
        name,
        `${report.history.loss.length}/${report.epochs}`,
        String(report.seed),
        grouped(report.model.parameters.total),
        duration(report.seconds),
        report.model.name,
        report.dataset.name,
      ]),
    },
  ],
}
