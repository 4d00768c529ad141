import { type ImageDataset, isTreadleError } from '@treadle/core'
import { loadData } from '../data/load.ts'
import { type RunRecord, loadRunData } from '@treadle/experiment'
import { type Ui, silent } from '../terminal/ui.ts'

/** The images of a run, if its data are available and unchanged; otherwise the report has none. */
export async function imagesOfRun(record: RunRecord, ui: Ui): Promise<ImageDataset | undefined> {
  const { recipe, dataset } = record
  if (dataset.kind !== 'images') return undefined
  const without = (why: string) => ui.notice(ui.out.colors.yellow(`The report shows no pictures: ${why}`))
  const name = dataset.source.kind === 'sample' ? 'sample' : recipe.data.name
  try {
    const named = { ...recipe, data: { ...recipe.data, name } }
    // What was found in the data is in the report.
    const data = await loadData((options) => loadRunData(named, options, record), silent(ui))
    const same = JSON.stringify(sorted(data.source.sha256)) === JSON.stringify(sorted(dataset.source.sha256))
    if ('classNames' in data && same && data.test.count === dataset.test) return data
    without('the data have changed since the run.')
  } catch (error) {
    if (!isTreadleError(error)) throw error
    without(error.message)
  }
  return undefined
}

const sorted = (sums: Readonly<Record<string, string>>) =>
  Object.entries(sums).sort(([a], [b]) => (a < b ? -1 : 1))
