import { type Dataset, escapeControls } from '@treadle/core'
import type { DatasetWarning, LoadOptions } from '@treadle/dataset'
import { plural } from '../terminal/format.ts'
import { type Ui, banner } from '../terminal/ui.ts'
import { loadProgress } from './load-progress.ts'

/** Loads data and shows the progress, and what is to be known of them. */
export async function loadData(load: (options: LoadOptions) => Promise<Dataset>, ui: Ui): Promise<Dataset> {
  try {
    return await load({
      onProgress: loadProgress(ui.progress),
      onWarning: (warning) => showWarning(warning, ui),
      signal: ui.context.signal,
    })
  } finally {
    ui.progress.clear()
  }
}

/** Decisions are results, like the head of a run; warnings are shown even with --quiet. */
export function showWarning({ message, level }: DatasetWarning, ui: Ui): void {
  const text = escapeControls(message)
  if (level === 'note') ui.print(`${ui.out.colors.dim(text)}\n`)
  else ui.notice(ui.out.colors.yellow(text))
}

const kindOf = (data: Dataset): 'images' | 'table' => ('classNames' in data ? 'images' : 'table')

/**
 * "60,000 training and 10,000 test images of 28×28 pixels, 10 classes".
 * @param validation training samples that are held back for validation
 */
export function describeData(data: Dataset, validation = 0): string {
  const { train, test } = data
  const parts = [
    plural(train.count - ('validation' in data ? 0 : validation), 'training', 'training'),
    ...(validation > 0 ? [plural(validation, 'validation', 'validation')] : []),
  ].join(', ')
  if ('classNames' in data) {
    const { height, width, channels } = data.test
    const colours = channels === 1 ? '' : ' in colour'
    return `${parts} and ${plural(test.count, 'test image')} of ${height}×${width} pixels${colours}, ${plural(data.classNames.length, 'class', 'classes')}`
  }
  return `${parts} and ${plural(test.count, 'test sample')}, ${plural(data.featureNames.length, 'feature')}`
}

export function describeSource(data: Dataset): string {
  const { source } = data
  // The location of a table may be a file or a folder.
  if (source.kind === 'folder' && source.location !== undefined && kindOf(data) === 'table')
    return escapeControls(source.location)
  const location = source.location === undefined ? '' : ` ${escapeControls(source.location)}`
  return {
    sample: 'the embedded sample',
    folder: `the folder${location}`,
    archive: `the archive${location}`,
    file: `the file${location}`,
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
