import type { Dataset } from '@treadle/core'
import { loadDataset } from '@treadle/dataset'
import { plural } from '../terminal/format.ts'
import { type Ui, banner } from '../terminal/ui.ts'
import { loadProgress } from './load-progress.ts'

/**
 * Loads what `--data` names, showing its progress.
 * @param seed draws the split of data that come without one
 */
export async function loadData(option: string, ui: Ui, seed?: number): Promise<Dataset> {
  try {
    return await loadDataset(option, {
      onProgress: loadProgress(ui.progress),
      onWarning: ({ message }) => ui.notice(ui.out.colors.yellow(message)),
      signal: ui.context.signal,
      seed,
    })
  } finally {
    ui.progress.clear()
  }
}

/** Names of what is predicted: classes of images, targets of a table. */
export const predictedNames = (data: Dataset): readonly string[] =>
  'classNames' in data ? data.classNames : data.targetNames

export const kindOf = (data: Dataset): 'images' | 'table' => ('classNames' in data ? 'images' : 'table')

/** "60,000 training and 10,000 test images of 28×28 pixels, 10 classes". */
export function describeData(data: Dataset): string {
  const { train, test } = data
  if ('classNames' in data) {
    const { height, width } = data.train
    return `${plural(train.count, 'training', 'training')} and ${plural(test.count, 'test image')} of ${height}×${width} pixels, ${plural(data.classNames.length, 'class', 'classes')}`
  }
  return `${plural(train.count, 'training', 'training')} and ${plural(test.count, 'test row')}, ${plural(data.featureNames.length, 'feature')}`
}

export function describeSource(data: Dataset): string {
  const { source } = data
  // A table may be given by its file as well as by its folder.
  if (source.kind === 'folder' && source.location !== undefined && kindOf(data) === 'table')
    return source.location
  const place = source.location === undefined ? '' : ` ${source.location}`
  return {
    sample: 'the embedded sample',
    folder: `the folder${place}`,
    cache: `the cache${place}`,
    system: `the system’s folder${place}`,
    download: `a download${place === '' ? '' : ` from${place}`}`,
    memory: 'memory',
  }[source.kind]
}

/** Says, where it is so, that the sample's figures are not those of the full data. Undefined otherwise. */
export function sampleNotice(data: Dataset, ui: Ui): string | undefined {
  if (data.source.kind !== 'sample') return undefined
  return banner(
    'SAMPLE DATA',
    `${plural(data.train.count, 'training', 'training')} and ${plural(data.test.count, 'test image')}, not the full set: the figures are not comparable with the report’s.`,
    ui.out,
  )
}
