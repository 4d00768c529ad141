import { type Dataset, TreadleError, checkOptions } from '@treadle/core'
import { platform } from '#platform'
import { openArchive } from './archives/open-archive.ts'
import { loadCaliforniaHousing } from './california-housing/load.ts'
import type { DataFile } from './data-file.ts'
import { loadFashionMnist } from './fashion-mnist/load.ts'
import { contractOptionNames } from './images/contract-options.ts'
import type { LoadDatasetOptions } from './load-dataset-options.ts'
import { checkThreads } from './images/check-threads.ts'
import { memoryBytes } from './images/memory-option.ts'
import { preparedArrays } from './images/prepared-arrays.ts'
import { optionNames, optionsOf } from './option-names.ts'
import type { FoundFiles } from './found-files.ts'
import type { Source } from './sources/source.ts'
import type { HoldingOptions } from './temporary-file.ts'

const named: Readonly<Record<string, (options: LoadDatasetOptions) => Promise<Dataset>>> = {
  auto: (options) => loadFashionMnist({ ...optionsOf('fashionMnist', options), source: 'auto' }),
  'fashion-mnist': (options) => loadFashionMnist({ ...optionsOf('fashionMnist', options), source: 'auto' }),
  sample: (options) => loadFashionMnist({ ...optionsOf('fashionMnist', options), source: 'sample' }),
  'california-housing': (options) =>
    loadCaliforniaHousing({ ...optionsOf('californiaHousing', options), source: 'auto' }),
}

/** Names of the data sets that `loadDataset` loads; any other value is a path. */
export const datasetNames: readonly string[] = Object.keys(named)

const decided = ['source', 'mirrors', 'name', 'split']
const knownOptions = [...new Set<string>([...Object.values(optionNames).flat(), 'whole'])].filter(
  (name) => !decided.includes(name) && name !== 'maxBytes',
)

/** Options that data need not use: a program gives the same ones for all data. */
const forAll = new Set<string>([
  ...optionNames.fetchFashionMnist,
  'systemDirectory',
  'seed',
  'threads',
  'cache',
  'whole',
  ...contractOptionNames,
  'preprocessing',
])

/**
 * Loads a data set by name or path. A path may hold IDX files in MNIST's format, image files, or California housing's
 * table, or be a zip, tar or tar.gz archive.
 *
 * @param nameOrPath one of `datasetNames`, or a path
 * @throws TreadleError `DATASET_UNKNOWN_NAME` where `nameOrPath` is neither, `DATASET_NOT_FOUND` for a folder without
 *   data, `DATASET_UNUSED_OPTION`, and what the loader throws; the signal's reason on abort
 * @example
 * const data = await loadDataset('auto')
 */
export async function loadDataset(nameOrPath: string, options: LoadDatasetOptions = {}): Promise<Dataset> {
  checkOptions('loadDataset', options, knownOptions)
  checkThreads('loadDataset', options.threads)
  memoryBytes('loadDataset', options.memory)
  if (typeof nameOrPath !== 'string') {
    throw new TreadleError(
      'DATASET_BAD_SOURCE',
      `loadDataset: the name or path (=${String(nameOrPath)}) must be a string: a path, or one of ${datasetNames.join(', ')}.`,
    )
  }
  const load = Object.hasOwn(named, nameOrPath) ? named[nameOrPath] : undefined
  if (load) {
    assertUsed(nameOrPath, options, nameOrPath === 'california-housing' ? ['testFraction'] : [])
    return preparedArrays(await load(options), options)
  }
  if (platform.hasPaths && nameOrPath !== '') {
    const found = await findFiles(nameOrPath, options)
    // Loaded on first use: a page cannot open paths.
    const { sources } = await import('./sources/index.ts')
    const source = found && sources.find((each) => each.matches(found))
    if (found && source) return loadFrom(source, found, options)
  }
  throw new TreadleError(
    'DATASET_UNKNOWN_NAME',
    `Loading data: ${JSON.stringify(nameOrPath)} is neither a path that exists nor one of the names ${datasetNames.join(', ')}.`,
  )
}

async function findFiles(path: string, options: HoldingOptions): Promise<FoundFiles | undefined> {
  const file: DataFile | undefined = await platform.openFile(path)
  if (file === undefined) {
    const files = await platform.listFiles(path, 4)
    return files && { path, kind: 'folder', files }
  }
  const archived = await openArchive(file, options)
  return archived ? { path, kind: 'archive', files: archived } : { path, kind: 'file', files: [file] }
}

async function loadFrom(source: Source, found: FoundFiles, options: LoadDatasetOptions): Promise<Dataset> {
  assertUsed(`${found.path} (${source.name})`, options, source.options)
  return preparedArrays(await source.load(found, options), options)
}

/** The options whose flags of the command have another name. */
const flagNames: Readonly<Record<string, string>> = {
  classNames: 'classes',
  testFraction: 'test-split',
  labelOffset: 'label-offset',
}

/** @throws TreadleError `DATASET_UNUSED_OPTION` for an option that is given and not used */
function assertUsed(what: string, options: LoadDatasetOptions, used: readonly string[]): void {
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || value === false || forAll.has(name) || used.includes(name)) continue
    throw new TreadleError(
      'DATASET_UNUSED_OPTION',
      `Loading ${what}: \`${name}\` (--${flagNames[name] ?? name}) does not apply to these data. Leave it out.`,
    )
  }
}
