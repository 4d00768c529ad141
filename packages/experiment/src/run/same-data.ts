import { TreadleError, type Dataset } from '@treadle/core'
import type { RunRecord } from '../record/record.ts'

/** @throws TreadleError `EXPERIMENT_OTHER_DATA` unless the files are those that the run began with, byte for byte */
export function assertSameData({ dataset }: RunRecord, data: Dataset): void {
  const [before, now] = [dataset.source.sha256, data.source.sha256]
  const changed = Object.keys({ ...before, ...now }).filter((name) => before[name] !== now[name])
  if (changed.length === 0) return
  throw new TreadleError(
    'EXPERIMENT_OTHER_DATA',
    `The data differ from those that the run began with: ${changed.join(', ')} ${changed.length === 1 ? 'differs' : 'differ'} ` +
      `(then ${dataset.name} from ${dataset.source.location ?? dataset.source.kind}, ` +
      `now ${data.name} from ${data.source.location ?? data.source.kind}). Restore the data, or train a new run.`,
  )
}
