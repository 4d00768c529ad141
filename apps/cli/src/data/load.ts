import type { Dataset } from '@treadle/core'
import { loadDataset } from '@treadle/dataset'
import { plural } from '../terminal/format.ts'
import { type Ui, banner } from '../terminal/ui.ts'
import { loadProgress } from './load-progress.ts'

/**
 * Loads the data that `--data` names and shows the progress.
 * @param seed of the split, for data without a test set
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

/** The names of the model's outputs: classes of images, or targets of a table. */
export const predictedNames = (data: Dataset): readonly string[] =>
  'classNames' in data ? data.classNames : data.targetNames

const kindOf = (data: Dataset): 'images' | 'table' => ('classNames' in data ? 'images' : 'table')

/** "60,000 training and 10,000 test images of 28×28 pixels, 10 classes". */
/** @param validation training samples that are held back for validation */
export function describeData(data: Dataset, validation = 0): string {
  const { train, test } = data
  const parts = [
    plural(train.count - validation, 'training', 'training'),
    ...(validation > 0 ? [plural(validation, 'validation', 'validation')] : []),
  ].join(', ')
  if ('classNames' in data) {
    const { height, width } = data.train
    return `${parts} and ${plural(test.count, 'test image')} of ${height}×${width} pixels, ${plural(data.classNames.length, 'class', 'classes')}`
  }
  return `${parts} and ${plural(test.count, 'test sample')}, ${plural(data.featureNames.length, 'feature')}`
}

export function describeSource(data: Dataset): string {
  const { source } = data
  // The location of a table may be a file or a folder.
  if (source.kind === 'folder' && source.location !== undefined && kindOf(data) === 'table')
    return source.location
  const location = source.location === undefined ? '' : ` ${source.location}`
  return {
    sample: 'the embedded sample',
    folder: `the folder${location}`,
    cache: `the cache${location}`,
    system: `the system’s folder${location}`,
    download: `a download${location === '' ? '' : ` from${location}`}`,
    memory: 'memory',
  }[source.kind]
}

/** A warning that metrics of the sample differ from those of the full data; undefined for other data. */
export function sampleNotice(data: Dataset, ui: Ui): string | undefined {
  if (data.source.kind !== 'sample') return undefined
  return banner(
    'SAMPLE DATA',
    `${plural(data.train.count, 'training', 'training')} and ${plural(data.test.count, 'test image')}, not the full Fashion-MNIST. The metrics are not comparable with the baseline.`,
    ui.out,
  )
}
