import type { Fact } from '../blocks.ts'
import type { RunReport } from '../run-report.ts'
import type { SectionDefinition } from './section.ts'

export const repetition: SectionDefinition = {
  id: 'repeat',
  title: 'Repeat this run',
  blocks: ({ report }) => [
    ...(report.command === undefined ? [] : [{ kind: 'code', text: report.command } as const]),
    { kind: 'facts', facts: factsOf(report) },
  ],
}

/** What is needed to run it again and to see that it was the same. */
function factsOf(report: RunReport): Fact[] {
  return [
    ['Seed', String(report.seed)],
    ...Object.entries(report.options).map(([name, value]): Fact => [`Option ${name}`, String(value)]),
    ...(report.startedAt === undefined ? [] : [['Started', report.startedAt] as const]),
    ...(report.weightsSha256 === undefined ? [] : [['Weights SHA-256', report.weightsSha256] as const]),
    ...Object.entries(report.dataset.source.sha256).map(([file, sum]): Fact => [`${file} SHA-256`, sum]),
    ...Object.entries(report.versions).map(([name, version]): Fact => [name, version]),
  ]
}
