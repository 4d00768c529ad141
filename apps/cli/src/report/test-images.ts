import type { LabelledImages } from '@treadle/core'
import { isTreadleError } from '@treadle/core'
import { loadData } from '../data/load.ts'
import { type RunRecord, loadRunData } from '@treadle/experiment'
import type { Ui } from '../terminal/ui.ts'

/** The pictures a run was tested on, where its data are still to be had unchanged; the report does without otherwise. */
export async function testImages(record: RunRecord, ui: Ui): Promise<LabelledImages | undefined> {
  const { recipe, dataset } = record
  if (dataset.kind !== 'images') return undefined
  const without = (why: string) => ui.notice(ui.out.colors.yellow(`The report shows no pictures: ${why}`))
  const name = dataset.source.kind === 'sample' ? 'sample' : recipe.data.name
  try {
    const named = { ...recipe, data: { ...recipe.data, name } }
    const data = await loadData((options) => loadRunData(named, options, record), silent(ui))
    const same = JSON.stringify(sorted(data.source.sha256)) === JSON.stringify(sorted(dataset.source.sha256))
    if ('classNames' in data && same && data.test.count === dataset.test) return data.test
    without('the data have changed since the run.')
  } catch (error) {
    if (!isTreadleError(error)) throw error
    without(error.message)
  }
  return undefined
}

/** What was found in the data is in the report. */
const silent = (ui: Ui): Ui => ({ ...ui, print: () => {}, notice: () => {} })

const sorted = (sums: Readonly<Record<string, string>>) =>
  Object.entries(sums).sort(([a], [b]) => (a < b ? -1 : 1))
