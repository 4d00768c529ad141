import {
  type DataSource,
  type TableDataset,
  TreadleError,
  isTreadleError,
  checkOptions,
  show,
} from '@treadle/core'
import { platform } from '#platform'
import { optionKinds } from '../option-names.ts'
import { type DownloadSettings, cacheOf, isOffline } from '../cache-options.ts'
import { cachedPart } from '../cached-part.ts'
import { type DataFile, baseName, filesFromBlobs } from '../data-file.ts'
import { download } from '../download.ts'
import { type Standardisation, housingRows, splitRows, standardise } from './features.ts'
import { californiaHousingInfo } from './info.ts'
import { readTable } from './read-table.ts'

export type CaliforniaHousingSource =
  | 'auto'
  | 'cache'
  | 'download'
  | { readonly path: string }
  | { readonly files: Iterable<File> }

export interface CaliforniaHousingOptions extends DownloadSettings {
  /**
   * Default `'auto'`: the path in the environment variable `TREADLE_CALIFORNIA_HOUSING`, else the cache, else the
   * mirrors. A path is that of `cal_housing.data`, that file gzipped, `cal_housing.tgz`, or a folder with one of them.
   */
  readonly source?: CaliforniaHousingSource | undefined
  /** Seed of the split: an integer from 0 to 2³² − 1. Default 0. */
  readonly seed?: number | undefined
  /** Fraction of the rows used for testing. Default 0.2. */
  readonly testFraction?: number | undefined
  /** Addresses of `cal_housing.tgz`, tried in order. */
  readonly mirrors?: readonly string[] | undefined
}

/** The features are standardised; new rows must be scaled by `standardisation` too. */
export interface CaliforniaHousing extends TableDataset {
  readonly standardisation: Standardisation
}

/**
 * Loads California housing with scikit-learn's eight features, split by seed and standardised with the training rows'
 * mean and population standard deviation.
 *
 * @returns `features` float32 of shape [count, 8]; `targets` of shape [count, 1], in 100,000 US dollars
 * @throws TreadleError `DATASET_NOT_FOUND`, `DATASET_CHECKSUM`, `DATASET_DOWNLOAD`, `DATASET_OFFLINE`, `DATASET_BAD_GZIP`,
 *   `DATASET_BAD_ARCHIVE`, `DATASET_BAD_OPTION`, `CORE_BAD_SEED`; the signal's reason on abort
 * @example
 * const { train, test, featureNames } = await loadCaliforniaHousing({ seed: 1 })
 */
export async function loadCaliforniaHousing(
  options: CaliforniaHousingOptions = {},
): Promise<CaliforniaHousing> {
  checkOptions('loadCaliforniaHousing', options, optionKinds.californiaHousing)
  const { text, kind, location } = await findTable(options)
  const rows = housingRows(text, location)
  const split = splitRows(rows.targets.length, options.seed ?? 0, options.testFraction ?? 0.2)
  const { train, test, standardisation } = standardise(rows, split)
  const { name, file, sha256, featureNames, targetNames } = californiaHousingInfo
  return {
    name,
    train,
    test,
    featureNames,
    targetNames,
    source: { kind, location, sha256: { [file]: sha256 } },
    standardisation,
  }
}

interface Found {
  readonly text: string
  readonly kind: DataSource['kind']
  readonly location: string
}

async function findTable(options: CaliforniaHousingOptions): Promise<Found> {
  const { source = 'auto' } = options
  if (typeof source === 'object' && source !== null && 'path' in source) return fromPath(source.path, options)
  if (typeof source === 'object' && source !== null && 'files' in source) {
    return fromListed(filesFromBlobs(source.files), 'the files given', options)
  }
  const given = platform.environment('TREADLE_CALIFORNIA_HOUSING')
  switch (source) {
    case 'auto':
      if (given) return fromPath(given, options)
      return (await fromCache(options).catch(unlessMissing(options))) ?? fromMirrors(options)
    case 'cache': {
      const cached = await fromCache(options)
      if (cached) return cached
      throw new TreadleError(
        'DATASET_NOT_FOUND',
        `Loading California housing: ${cacheOf(options).location} does not hold it. Use source download or { path }.`,
      )
    }
    case 'download':
      return fromMirrors(options)
    default:
      throw new TreadleError(
        'DATASET_BAD_OPTION',
        `Loading California housing: \`source\` (=${show(source)}) must be one of auto, cache, download, { path } or { files }.`,
      )
  }
}

/** A damaged file in the cache causes a warning and is replaced. */
function unlessMissing({ onWarning }: CaliforniaHousingOptions) {
  return (error: unknown): undefined => {
    if (!isTreadleError(error)) throw error
    onWarning?.({ code: error.code, message: error.message })
  }
}

const CACHE_NAME = `${californiaHousingInfo.name}/cal_housing.tgz`
const FILE_NAMES = ['cal_housing.data', 'cal_housing.data.gz', 'cal_housing.tgz', 'cal_housing.tar.gz']

async function fromPath(path: string, options: CaliforniaHousingOptions): Promise<Found> {
  const file = await platform.openFile(path)
  if (file) return { text: await readTable(file, options), kind: 'folder', location: path }
  const files = await platform.listFiles(path, 2)
  if (!files)
    throw new TreadleError('DATASET_NOT_FOUND', `Loading California housing: ${path} does not exist.`)
  return fromListed(files, path, options)
}

async function fromListed(
  files: readonly DataFile[],
  where: string,
  options: CaliforniaHousingOptions,
): Promise<Found> {
  const file = pickTable(files)
  if (!file) {
    throw new TreadleError(
      'DATASET_NOT_FOUND',
      `Loading California housing from ${where}: it holds none of ${FILE_NAMES.join(', ')}.`,
    )
  }
  return { text: await readTable(file, options), kind: 'folder', location: where }
}

/** Finds the table among `files` by its name. */
export function pickTable(files: readonly DataFile[]): DataFile | undefined {
  return FILE_NAMES.map((name) => files.find(({ path }) => baseName(path) === name)).find((file) => file)
}

async function fromCache(options: CaliforniaHousingOptions): Promise<Found | undefined> {
  const cache = cacheOf(options)
  const file = await cache.find(CACHE_NAME)
  return file && { text: await readTable(file, options), kind: 'cache', location: cache.location }
}

async function fromMirrors(options: CaliforniaHousingOptions): Promise<Found> {
  if (isOffline(options)) {
    throw new TreadleError(
      'DATASET_OFFLINE',
      'Downloading California housing: the network is disabled by `offline` or TREADLE_OFFLINE. Enable it, or pass the path of cal_housing.tgz or cal_housing.data.',
    )
  }
  const part = await cachedPart(cacheOf(options), CACHE_NAME, options.onWarning)
  try {
    const wanted = {
      name: 'cal_housing.tgz',
      urls: options.mirrors ?? californiaHousingInfo.mirrors,
      maxBytes: 4 << 20,
      verify: (file: DataFile) => readTable(file, options),
    }
    const { value, url } = await download(wanted, part, options)
    await part.commit()
    return { text: value, kind: 'download', location: url }
  } catch (error) {
    await part.close({ keep: true })
    throw error
  }
}
