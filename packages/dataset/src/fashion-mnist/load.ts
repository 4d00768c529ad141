import { type ImageDataset, TreadleError, isTreadleError, checkOptions, show } from '@treadle/core'
import { platform } from '#platform'
import { optionKinds } from '../option-names.ts'
import { cacheOf } from '../cache-options.ts'
import { type DataFile, filesFromBlobs } from '../data-file.ts'
import type { LoadOptions } from '../options.ts'
import { type FashionMnistDownload, downloadFashionMnist } from './fetch.ts'
import { fashionMnistInfo } from './info.ts'
import { fashionMnist, missingFiles, pickFiles, readFiles } from './read-files.ts'
import { loadSample } from './sample.ts'

/** The source of Fashion-MNIST. */
export type FashionMnistSource =
  | 'auto'
  | 'cache'
  | 'system'
  | 'download'
  | 'sample'
  | { readonly folder: string }
  | { readonly files: Iterable<File> }

export interface FashionMnistOptions extends FashionMnistDownload {
  /** Default `'auto'`: the first that has the data set of the cache, the system folder, the mirrors and the embedded sample. */
  readonly source?: FashionMnistSource | undefined
  /** Default `fashionMnistInfo.systemDirectory`. */
  readonly systemDirectory?: string | undefined
}

/**
 * Loads Fashion-MNIST: 60,000 training and 10,000 test images of 28 × 28 grey bytes in 10 classes. The published SHA-256
 * sums are checked for every source.
 *
 * `'auto'` does not fail where network or disk are missing: its last source is the embedded sample (6,000 and 1,000
 * images), whose results cannot be compared with published ones. `source.kind` of the result names the source that was
 * used, and `onWarning` receives the reason. Every other source is used or fails.
 *
 * @returns `train.images` of shape [count, 28, 28, 1], uint8
 * @throws TreadleError `DATASET_NOT_FOUND`, `DATASET_CHECKSUM`, `DATASET_DOWNLOAD`, `DATASET_OFFLINE`, `DATASET_BAD_OPTION`,
 *   and what `readIdx` throws; the signal's reason on abort
 * @example
 * const { train, test, classNames, source } = await loadFashionMnist()
 */
export async function loadFashionMnist(options: FashionMnistOptions = {}): Promise<ImageDataset> {
  checkOptions('loadFashionMnist', options, optionKinds.fashionMnist)
  const { source = 'auto' } = options
  if (typeof source === 'object' && source !== null && 'folder' in source)
    return fromFolder(source.folder, 'folder', options)
  if (typeof source === 'object' && source !== null && 'files' in source)
    return fromFiles(filesFromBlobs(source.files), options)
  const load = typeof source === 'string' && Object.hasOwn(loaders, source) ? loaders[source] : undefined
  if (!load) {
    throw new TreadleError(
      'DATASET_BAD_OPTION',
      `Loading Fashion-MNIST: \`source\` (=${show(source)}) must be one of ${Object.keys(loaders).join(', ')}, { folder } or { files }.`,
    )
  }
  return load(options)
}

const loaders: Record<
  Extract<FashionMnistSource, string>,
  (options: FashionMnistOptions) => Promise<ImageDataset>
> = {
  auto: fromAnywhere,
  cache: fromCache,
  system: fromSystem,
  download: downloadFashionMnist,
  sample: loadSample,
}

/** The first source that has the complete, undamaged set. */
async function fromAnywhere(options: FashionMnistOptions): Promise<ImageDataset> {
  let last = ''
  for (const load of [loaders.cache, loaders.system, loaders.download]) {
    try {
      return await load(options)
    } catch (error) {
      options.signal?.throwIfAborted()
      if (!isTreadleError(error)) throw error
      const { code, message } = error
      if (!EXPECTED.includes(code)) options.onWarning?.({ code, message })
      last = message
    }
  }
  options.onWarning?.({
    code: 'DATASET_SAMPLE',
    message:
      'Using the embedded sample of 6,000 training and 1,000 test images: its metrics cannot be compared with published ones. ' +
      `The full set is neither in the cache nor in the system folder. ${last}`,
  })
  return loadSample(options)
}

/** Errors that mean that a source does not have the set; other errors are reported. */
const EXPECTED = ['DATASET_NOT_FOUND', 'DATASET_OFFLINE', 'DATASET_DOWNLOAD']

async function fromCache(options: FashionMnistOptions): Promise<ImageDataset> {
  const cache = cacheOf(options)
  const { files, name } = fashionMnistInfo
  const cached = await Promise.all(Object.values(files).map((file) => cache.find(`${name}/${file.name}.gz`)))
  return fromListed(
    cached.filter((file) => file !== undefined),
    'cache',
    cache.location,
    options,
  )
}

async function fromSystem(options: FashionMnistOptions): Promise<ImageDataset> {
  if (!platform.hasPaths)
    throw new TreadleError('DATASET_NOT_FOUND', 'Loading Fashion-MNIST: a browser has no system folder.')
  return fromFolder(options.systemDirectory ?? fashionMnistInfo.systemDirectory, 'system', options)
}

async function fromFolder(
  folder: string,
  kind: 'folder' | 'system',
  options: FashionMnistOptions,
): Promise<ImageDataset> {
  const files = await platform.listFiles(folder, 1)
  if (!files)
    throw new TreadleError(
      'DATASET_NOT_FOUND',
      `Loading Fashion-MNIST from ${folder}: there is no such folder.`,
    )
  return fromListed(files, kind, folder, options)
}

function fromFiles(files: readonly DataFile[], options: FashionMnistOptions): Promise<ImageDataset> {
  return fromListed(files, 'folder', 'the files given', options)
}

async function fromListed(
  files: readonly DataFile[],
  kind: 'folder' | 'system' | 'cache',
  location: string,
  options: LoadOptions,
): Promise<ImageDataset> {
  const picked = pickFiles(files)
  if ('missing' in picked) throw missingFiles(location, picked.missing)
  const read = await readFiles(picked.found, fashionMnistInfo.files, options)
  return fashionMnist(read, fashionMnistInfo.files, { kind, location })
}
