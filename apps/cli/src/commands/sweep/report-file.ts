import { writeFileAtomic } from '@treadle/core/node'
import { type SweepResult, sweepReport } from '@treadle/experiment/sweep'
import { renderReportHtml } from '@treadle/report'
import { join } from 'node:path'

/** Writes the report of a sweep into its folder. */
export const writeSweepReport = (result: SweepResult): Promise<void> =>
  writeFileAtomic(join(result.directory, 'report.html'), renderReportHtml(sweepReport(result)))
