import type { Compared } from '../analysis/baseline.ts'
import type { Cell, Column } from '../blocks.ts'
import { fixed, signed } from '../words.ts'

/** Three columns that compare a metric of this run with the baseline's. */
export function comparedColumns(group: string): Column[] {
  return [
    { group, heading: 'run', align: 'right' },
    { group, heading: 'baseline', short: 'base', align: 'right' },
    { group, heading: 'diff.', align: 'right' },
  ]
}

/** Their cells. */
export function comparedCells({ run, baseline, difference, better }: Compared, digits: number): Cell[] {
  return [
    fixed(run, digits),
    { text: fixed(baseline, digits), tone: 'quiet' },
    {
      text: signed(difference, digits),
      tone: better === undefined ? 'quiet' : better ? 'better' : 'worse',
    },
  ]
}
