import { type ImageDataset, type Preprocessing, TreadleError, checkOptions } from '@treadle/core'
import { platform } from '#platform'
import { openArchive } from '../archives/open-archive.ts'
import { type DataFile, baseName, checkSource, filesFromBlobs } from '../data-file.ts'
import { Findings, many, some } from '../findings.ts'
import { isHidden } from '../hidden-files.ts'
import { optionKinds } from '../option-names.ts'
import type { LoadOptions } from '../options.ts'
import type { FoundFiles } from '../found-files.ts'
import type { SplitOptions } from '../split.ts'
import type { HoldingOptions } from '../temporary-file.ts'
import { type FinishedParts, finishImages } from './finish-images.ts'
import { type ContractOptions, contractParts, partsOf } from './contract-options.ts'
import { fileNames } from './layouts/file-names.ts'
import { layouts } from './layouts/index.ts'
import type { LayoutContext, ListedPicture, PictureList } from './layouts/picture-list.ts'
import { isParquet } from '../parquet/is-parquet.ts'
import { checkThreads } from './check-threads.ts'
import { memoryBytes } from './memory-option.ts'
import { readPictures } from './read-pictures.ts'

export interface ImagesOptions extends LoadOptions, ContractOptions {
  /** Default: the folder's name. */
  readonly name?: string | undefined
  /**
   * The test images where no folder holds them; default: a fifth of each class, seed 0. `none`: all images are test
   * images, none for training, as a trained model is tested on other data.
   */
  readonly split?: SplitOptions | 'none' | undefined
  /** A complete contract, such as that of a trained model, in place of the options that decide one. */
  readonly preprocessing?: Preprocessing | undefined
  /** The classes in the order of the labels. Images of others are left out. Default: all, by name. */
  readonly classNames?: readonly string[] | undefined
  /** Where the class stands in the names of files in one folder: `{class}_*.png`. Default: before a number. */
  readonly pattern?: string | undefined
  /** Of several sets of Parquet files, the one whose paths begin with this. */
  readonly prefix?: string | undefined
  /** Makes a file that cannot be read an error. Default false. */
  readonly strict?: boolean | undefined
  /**
   * Workers that decode: `auto` (the default) is one for each core, 8 at most; with 1, and for few images, the calling
   * thread decodes. The result has the same bytes with any number.
   */
  readonly threads?: 'auto' | number | undefined
  /**
   * Keeps the decoded pictures in the cache, so that the same files with the same contract are not decoded again. At most
   * 4 GiB are kept, or the bytes in the environment variable `TREADLE_CACHE_LIMIT`. Default false; no effect in a browser.
   */
  readonly cache?: boolean | undefined
  /**
   * The most that the decoded images may take in memory: a number of bytes, or a text such as `200MB`. Images that take more
   * stay in the cache, which is then used also without `cache`, and are read from it whenever they are needed: they are
   * `stored` in the parts of the result. Training and evaluation give the same bits. The unpacked bytes of a tar.gz archive and
   * the image files of Parquet are then in a temporary file of the cache. A row group of Parquet that takes more is a finding,
   * `DATASET_HELD_IN_MEMORY`. Default: no bound. Not in a browser.
   */
  readonly memory?: number | string | undefined
  /** Of the decoded pictures. Default: the environment variable `TREADLE_CACHE`, else the user's cache folder. */
  readonly cacheDirectory?: string | undefined
}

/**
 * Loads image files: a folder, or a zip, tar or tar.gz archive, or Parquet files of one set. A subfolder holds each class, optionally inside `train`,
 * `val` or `valid`, and `test`; or a table `labels.csv` names files and labels; or file names hold the class. Zip and
 * tar archives on a disk are read file by file; a tar.gz archive is unpacked in memory, or with `memory` in the cache. Every image is prepared by one contract, which the result states as `preprocessing`.
 *
 * @param source the path of a folder or an archive, or the files themselves
 * @returns images uint8 of shape [count, height, width, channels]: grey (1 channel) where no image has colour, else RGB (3);
 *   what was decided and left out as `findings`
 * @throws TreadleError `DATASET_NOT_FOUND`, `DATASET_BAD_LAYOUT`, `DATASET_BAD_IMAGE`, `DATASET_IMAGE_SIZE`, `DATASET_TOO_LARGE`,
 *   `DATASET_TOO_FEW`, `DATASET_BAD_ARCHIVE`, `DATASET_CACHE`, `DATASET_BAD_OPTION`; the signal's reason on abort
 * @example
 * const { train, test, classNames } = await loadImages('leaves', { size: 64, channels: 3 })
 */
export async function loadImages(
  source: string | { readonly files: Iterable<File> },
  options: ImagesOptions = {},
): Promise<ImageDataset> {
  checkOptions('loadImages', options, optionKinds.images)
  checkSource('loadImages', source)
  contractParts(options) // Checked before any file is looked for.
  checkThreads('loadImages', options.threads)
  memoryBytes('loadImages', options.memory)
  const where = typeof source === 'string' ? source : 'the files given'
  const { files, kind, emptyFolders } = await (typeof source === 'string'
    ? filesAt(source, options)
    : filesOf([...source.files], options))
  const location = typeof source === 'string' ? source : undefined
  const place = { where, location, kind, emptyFolders }
  if (files.some(({ path }) => isParquet(path))) return loadParquet(files, place, options)
  if (options.prefix !== undefined)
    throw new TreadleError(
      'DATASET_BAD_OPTION',
      `Loading images from ${where}: \`prefix\` (--prefix) chooses among sets of Parquet files, and there are none. Leave it out.`,
    )
  return loadPictureFiles(files, place, options)
}

async function loadParquet(
  files: readonly DataFile[],
  place: Place,
  options: ImagesOptions,
): Promise<ImageDataset> {
  if (options.pattern !== undefined)
    throw new TreadleError(
      'DATASET_BAD_OPTION',
      `Loading images from ${place.where}: \`pattern\` (--pattern) is for the names of image files, and these are Parquet files. Leave it out.`,
    )
  const findings = new Findings(options.onWarning)
  // Loaded on first use: few data are in this format.
  const { listParquet } = await import('../parquet/list-parquet.ts')
  const list = await listParquet({ path: place.where, files }, options.prefix, findings, options)
  return loadPictureList(list, place, findings, options)
}

/** Where the files of `loadPictureFiles` are. */
interface Place {
  /** For messages. */
  readonly where: string
  readonly location: string | undefined
  readonly kind: FoundFiles['kind']
  readonly emptyFolders?: readonly string[]
}

/** `loadImages` for files that are listed already. */
export async function loadPictureFiles(
  files: readonly DataFile[],
  { where, location, kind, emptyFolders = [] }: Place,
  options: ImagesOptions,
): Promise<ImageDataset> {
  const { pattern, signal } = options
  const findings = new Findings(options.onWarning)
  const visible = files.filter(({ path }) => !isHidden(path))
  if (visible.length < files.length) {
    const message = `${many(files.length - visible.length, 'hidden or system file', ['is', 'are'])} skipped.`
    findings.note('DATASET_HIDDEN_FILES', message)
  }
  const found = await readLayout(visible, { where, findings, emptyFolders, pattern, signal })
  return loadPictureList(found, { where, location, kind }, findings, options)
}

/** Reads and prepares the images of a list, and makes a data set. */
export async function loadPictureList(
  found: PictureList,
  { where, location, kind }: Place,
  findings: Findings,
  options: ImagesOptions,
): Promise<ImageDataset> {
  const { split } = options
  const given = options.preprocessing ? partsOf(options.preprocessing) : contractParts(options)
  const list = splitList(chosenClasses(found, options.classNames, where, findings), split, findings)
  checkClasses(list, where)
  const name = options.name ?? (location === undefined ? 'images' : lastPart(location))
  const read = await readPictures(list, given, findings, {
    ...options,
    memory: memoryBytes('Loading images', options.memory),
    name: lastPart(where),
  })
  const parts: FinishedParts = { ...read, classNames: list.classNames, name, findings }
  return finishImages(parts, {
    split,
    location,
    kind,
    keepClasses: split === 'none' || options.classNames !== undefined,
  })
}

async function readLayout(files: readonly DataFile[], context: LayoutContext): Promise<PictureList> {
  for (const layout of context.pattern === undefined ? layouts : [fileNames]) {
    const list = await layout.read(files, context)
    if (list) return list
  }
  const [first] = files
  const others =
    first === undefined ? '' : ` It holds ${many(files.length, 'file', ['', ''])}, such as ${first.path}.`
  throw new TreadleError(
    'DATASET_NOT_FOUND',
    `Loading images from ${context.where}: there are no images in subfolders, and no table labels.csv. Create a subfolder for each class, optionally inside train, val and test.${others.replace(/ ,/, ',')}`,
  )
}

/** The part for testing where a list has none: all images, or those for validation where it has training images of its own. */
function splitList(list: PictureList, split: ImagesOptions['split'], findings: Findings): PictureList {
  const { train, validation, test } = list
  if (test !== undefined) return list
  if (split === 'none')
    return { ...list, train: [], validation: undefined, test: [...train, ...(validation ?? [])] }
  if (validation === undefined) return list
  findings.note(
    'DATASET_VALIDATION_AS_TEST',
    'There are no test images, so the validation images are the test images.',
  )
  return { ...list, validation: undefined, test: validation }
}

/** The list with the classes that are asked for, in their order. */
function chosenClasses(
  list: PictureList,
  names: readonly string[] | undefined,
  where: string,
  findings: Findings,
): PictureList {
  if (names === undefined) return list
  const every = new Set([...list.train, ...(list.test ?? [])].map(({ className }) => className))
  const missing = names.filter((name) => !every.has(name))
  if (new Set(names).size < names.length || names.length === missing.length)
    throw new TreadleError(
      'DATASET_BAD_OPTION',
      `Loading images from ${where}: \`classNames\` (--classes ${names.join(',')}) must name classes of the data, each once. They are ${some([...every].sort(), 20)}.`,
    )
  const only = (part: readonly ListedPicture[]) => part.filter(({ className }) => names.includes(className))
  const kept = {
    classNames: names,
    train: only(list.train),
    validation: list.validation && only(list.validation),
    test: list.test && only(list.test),
  }
  const others = [...every].filter((name) => !names.includes(name)).sort()
  if (others.length > 0)
    findings.warn(
      'DATASET_CLASSES_LEFT_OUT',
      `${many(others.length, 'class', ['is', 'are'])} left out, because \`classNames\` (--classes) does not name ${others.length === 1 ? 'it' : 'them'}: ${some(others, 20)}.`,
    )
  if (missing.length > 0)
    findings.warn(
      'DATASET_EMPTY_CLASS',
      `${many(missing.length, 'class', ['has', 'have'])} no images: ${some(missing, 20)}.`,
    )
  return kept
}

function checkClasses({ classNames, train, validation = [], test = [] }: PictureList, where: string): void {
  if (train.length === 0) {
    if (test.length > 0) return
    throw new TreadleError('DATASET_NOT_FOUND', `Loading images from ${where}: there are no training images.`)
  }
  const trained = new Set(train.map(({ className }) => className))
  if (trained.size < 2) {
    throw new TreadleError(
      'DATASET_BAD_LAYOUT',
      `Loading images from ${where}: there is only the class ${classNames[0]}; a classifier needs at least two classes, each in a subfolder.`,
    )
  }
  const unknown = [...test, ...validation].find(({ className }) => !trained.has(className))
  if (!unknown) return
  throw new TreadleError(
    'DATASET_BAD_LAYOUT',
    `Loading images from ${where}: the class of ${unknown.file.path} has no training images. Classes with training images: ${[...trained].sort().join(', ')}.`,
  )
}

interface Found {
  readonly files: DataFile[]
  readonly kind: FoundFiles['kind']
  readonly emptyFolders: readonly string[]
}

/** The files of a folder or an archive. */
async function filesAt(path: string, options: HoldingOptions): Promise<Found> {
  const file = await platform.openFile(path)
  if (file && isParquet(file.path)) return { files: [file], kind: 'file', emptyFolders: [] }
  const files = await (file ? openArchive(file, options) : platform.listFiles(path, 4))
  if (files)
    return {
      files,
      kind: file ? 'archive' : 'folder',
      emptyFolders: file ? [] : await emptyFoldersOf(path, files),
    }
  const reason = file ? 'it is neither a folder nor a zip or tar archive' : 'it does not exist'
  throw new TreadleError('DATASET_NOT_FOUND', `Loading images from ${path}: ${reason}.`)
}

/** Folders without visible files, at most two levels below a folder. */
export async function emptyFoldersOf(path: string, files: readonly DataFile[]): Promise<string[]> {
  const folders = await platform.listFolders(path, 2)
  const visible = files.filter((file) => !isHidden(file.path))
  return folders.filter(
    (folder) =>
      !isHidden(`${folder}/`) &&
      !visible.some((file) => file.path.startsWith(`${folder}/`)) &&
      !folders.some((other) => other.startsWith(`${folder}/`)),
  )
}

/** The files themselves, or those of the archive that is the only file. */
async function filesOf(files: readonly File[], options: HoldingOptions): Promise<Found> {
  const given = filesFromBlobs(files)
  const [only] = given
  const archived = given.length === 1 && only ? await openArchive(only, options) : undefined
  return { files: archived ?? given, kind: archived ? 'archive' : 'folder', emptyFolders: [] }
}

export function lastPart(path: string): string {
  const name = baseName(path.replaceAll('\\', '/').replace(/\/+$/, ''))
  return name.replace(/\.(zip|tar|tar\.gz|tgz|npz|npy|csv|parquet)$/i, '') || 'images'
}
