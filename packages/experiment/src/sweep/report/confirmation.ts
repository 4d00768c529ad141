import type { Block } from '@treadle/report'
import type { Confirmation } from '../confirm/record.ts'

/** The metrics of each confirmed trial on the test samples, over its seeds. */
export function confirmationBlocks(confirmations: readonly Confirmation[]): Block[] {
  return [
    ...confirmations.flatMap(({ trial, at, runs, metrics }): Block[] => [
      {
        kind: 'prose',
        text: `The recipe of trial ${trial} was trained again with the seeds ${runs.map(({ seed }) => seed).join(', ')}. Then these models were tested once on the test samples, on ${at.slice(0, 10)}. No trial was tested on them.`,
      },
      {
        kind: 'table',
        title: `Trial ${trial} over ${runs.length} seeds`,
        columns: ['metric', 'mean', 'standard deviation', '95 % interval of the mean'].map((heading, i) => ({
          heading,
          align: i === 0 ? 'left' : 'right',
        })),
        rows: Object.entries(metrics).map(([name, { mean, sd, low, high }]) => [
          name,
          mean.toFixed(4),
          sd.toFixed(4),
          `${low.toFixed(4)} to ${high.toFixed(4)}`,
        ]),
      },
    ]),
    ...(confirmations.length < 2
      ? []
      : [
          {
            kind: 'prose',
            text: `The test samples were used ${confirmations.length} times, because the best trial changed. Do not choose between these trials by their tests.`,
          } as const,
        ]),
  ]
}
