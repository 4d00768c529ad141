import { type Dataset, TreadleError, checkOptions, isTreadleError } from '@treadle/core'
import { platform } from '#platform'
import { openArchive } from './archives/open-archive.ts'
import { loadCaliforniaHousing, pickTable } from './california-housing/load.ts'
import type { CaliforniaHousingOptions } from './california-housing/load.ts'
import type { DataFile } from './data-file.ts'
import { type FashionMnistOptions, loadFashionMnist } from './fashion-mnist/load.ts'
import { type IdxFolderOptions, findIdxSets, loadIdxFolder } from './idx-folder.ts'
import { type ImageFoldersOptions, loadImageFolders } from './images/load-folders.ts'
import { optionNames, optionsOf } from './option-names.ts'

/** The options of all loaders, without those that the name decides. Each loader uses those that apply to it. */
export interface LoadDatasetOptions
  extends
    Omit<FashionMnistOptions, 'source' | 'mirrors'>,
    Omit<CaliforniaHousingOptions, 'source' | 'mirrors'>,
    Pick<IdxFolderOptions, 'classNames' | 'prefix' | 'transpose'>,
    Pick<ImageFoldersOptions, 'size' | 'channels' | 'background'> {}

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
const knownOptions = [...new Set<string>(Object.values(optionNames).flat())].filter(
  (name) => !decided.includes(name) && name !== 'maxBytes',
)

/**
 * Loads a data set by name or path. A path may hold IDX files in MNIST's format, a subfolder of image files for each class,
 * or California housing's table, or be a zip, tar or tar.gz archive of image folders.
 *
 * @param nameOrPath one of `datasetNames`, or a path
 * @throws TreadleError `DATASET_UNKNOWN_NAME` where `nameOrPath` is neither, `DATASET_NOT_FOUND` for a folder without
 *   data, and what the loader throws; the signal's reason on abort
 * @example
 * const data = await loadDataset('auto')
 */
export async function loadDataset(nameOrPath: string, options: LoadDatasetOptions = {}): Promise<Dataset> {
  checkOptions('loadDataset', options, knownOptions)
  if (typeof nameOrPath !== 'string') {
    throw new TreadleError(
      'DATASET_BAD_SOURCE',
      `loadDataset: the name or path (=${String(nameOrPath)}) must be a string: a path, or one of ${datasetNames.join(', ')}.`,
    )
  }
  const load = Object.hasOwn(named, nameOrPath) ? named[nameOrPath] : undefined
  if (load) return load(options)
  if (platform.hasPaths && nameOrPath !== '') {
    const file = await platform.openFile(nameOrPath)
    if (file) return loadFile(nameOrPath, file, options)
    const files = await platform.listFiles(nameOrPath, 1)
    if (files) return loadFolder(nameOrPath, files, options)
  }
  throw new TreadleError(
    'DATASET_UNKNOWN_NAME',
    `Loading data: ${JSON.stringify(nameOrPath)} is neither a path that exists nor one of the names ${datasetNames.join(', ')}.`,
  )
}

async function loadFile(path: string, file: DataFile, options: LoadDatasetOptions): Promise<Dataset> {
  const archived = await openArchive(file, options.signal)
  if (archived && !pickTable(archived)) return loadImages(path, options)
  try {
    return await loadCaliforniaHousing({ ...optionsOf('californiaHousing', options), source: { path } })
  } catch (error) {
    if (!isTreadleError(error) || error.code !== 'DATASET_CHECKSUM') throw error
    throw new TreadleError(
      error.code,
      `Loading ${path}: a file must be an archive of images (zip, tar, tar.gz) or the table of California housing, and this one is neither or is damaged. (${error.message})`,
      { cause: error },
    )
  }
}

async function loadFolder(
  folder: string,
  files: readonly DataFile[],
  options: LoadDatasetOptions,
): Promise<Dataset> {
  if (findIdxSets(files).size > 0) return loadIdxFolder(folder, optionsOf('idxFolder', options))
  if (pickTable(files))
    return loadCaliforniaHousing({ ...optionsOf('californiaHousing', options), source: { path: folder } })
  return loadImages(folder, options)
}

function loadImages(path: string, options: LoadDatasetOptions): Promise<Dataset> {
  const { seed = 0, testFraction = 0.2 } = options
  return loadImageFolders(path, {
    ...optionsOf('imageFolders', options),
    split: { fraction: testFraction, seed },
  })
}
