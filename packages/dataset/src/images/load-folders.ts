import { type ImageDataset, type LabelledImages, TreadleError, checkOptions } from '@treadle/core'
import { platform } from '#platform'
import { openArchive } from '../archives/open-archive.ts'
import { abortable, collect } from '../bytes.ts'
import { type DataFile, baseName, checkSource, filesFromBlobs } from '../data-file.ts'
import { digestSamples } from '../digests.ts'
import { optionNames } from '../option-names.ts'
import type { LoadOptions } from '../options.ts'
import type { SplitOptions } from '../split.ts'
import { type ClassFile, type FolderLayout, readLayout } from './folder-layout.ts'
import { holdBack } from './from-arrays.ts'
import { ImageStack, type ImageStackOptions } from './image-stack.ts'
import { readPicture } from './read-picture.ts'

export interface ImageFoldersOptions extends LoadOptions, ImageStackOptions {
  /** Default: the folder's name. */
  readonly name?: string | undefined
  /** The test images where no folder holds them. Default: a fifth of each class, seed 0. */
  readonly split?: SplitOptions | undefined
  /** Grey on which transparent images are composited, 0 (black, the default) to 255 (white). */
  readonly background?: number | undefined
}

/** Files read concurrently. Each listens to the signal, and Node warns of more than ten listeners. */
const AT_ONCE = 8

/**
 * Loads image files: a folder, or a zip, tar or tar.gz archive, with a subfolder of image files for each class, optionally
 * inside `train` and `test` (or `val`). Classes are ordered by name. An archive is read in memory.
 *
 * @param source the path of a folder or an archive, or the files themselves
 * @returns images uint8 of shape [count, height, width, channels]: grey (1 channel) where no image has colour, else RGB (3)
 * @throws TreadleError `DATASET_NOT_FOUND`, `DATASET_BAD_LAYOUT`, `DATASET_BAD_IMAGE`, `DATASET_IMAGE_SIZE`, `DATASET_TOO_LARGE`,
 *   `DATASET_BAD_ARCHIVE`, `DATASET_BAD_OPTION`; the signal's reason on abort
 * @example
 * const { train, test, classNames } = await loadImageFolders('leaves', { size: { height: 28, width: 28 } })
 */
export async function loadImageFolders(
  source: string | { readonly files: Iterable<File> },
  options: ImageFoldersOptions = {},
): Promise<ImageDataset> {
  checkOptions('loadImageFolders', options, optionNames.imageFolders)
  checkSource('loadImageFolders', source)
  checkValues(options)
  const where = typeof source === 'string' ? source : 'the files given'
  const files = await (typeof source === 'string'
    ? filesAt(source, options.signal)
    : filesOf([...source.files], options.signal))
  const layout = readLayout(files, where)
  if (layout.leftOut.length > 0)
    options.onWarning?.({ code: 'DATASET_LEFT_OUT', message: layout.leftOut.join(' ') })
  const all = await readImages([...layout.train, ...(layout.test ?? [])], layout, where, options)
  const { train, test } = layout.test
    ? cut(all, layout.train.length)
    : holdBack(all, options.split ?? { fraction: 0.2, seed: 0 })
  return {
    name: options.name ?? (typeof source === 'string' ? lastPart(source) : 'images'),
    train,
    test,
    classNames: layout.classNames,
    source: {
      kind: 'folder',
      ...(typeof source === 'string' ? { location: source } : {}),
      sha256: digestSamples({ train, test }),
    },
  }
}

/** The files of a folder or an archive. */
async function filesAt(path: string, signal: AbortSignal | undefined): Promise<DataFile[]> {
  const file = await platform.openFile(path)
  const files = await (file ? openArchive(file, signal) : platform.listFiles(path, 4))
  if (files) return files
  const reason = file ? 'it is neither a folder nor a zip or tar archive' : 'it does not exist'
  throw new TreadleError('DATASET_NOT_FOUND', `Loading images from ${path}: ${reason}.`)
}

/** The files themselves, or those of the archive that is the only file. */
async function filesOf(files: readonly File[], signal: AbortSignal | undefined): Promise<DataFile[]> {
  const given = filesFromBlobs(files)
  const [only] = given
  return (given.length === 1 && only ? await openArchive(only, signal) : undefined) ?? given
}

function checkValues({
  background = 0,
  channels = 1,
  size = { height: 1, width: 1 },
}: ImageFoldersOptions): void {
  const rules: [option: string, value: unknown, holds: boolean, rule: string][] = [
    [
      'background',
      background,
      Number.isInteger(background) && background >= 0 && background <= 255,
      'an integer from 0 to 255',
    ],
    ['channels', channels, channels === 1 || channels === 3, '1 (grey) or 3 (RGB)'],
    [
      'size.height',
      size.height,
      Number.isInteger(size.height) && size.height >= 1,
      'an integer of at least 1',
    ],
    ['size.width', size.width, Number.isInteger(size.width) && size.width >= 1, 'an integer of at least 1'],
  ]
  for (const [option, value, holds, rule] of rules) {
    if (!holds)
      throw new TreadleError(
        'DATASET_BAD_OPTION',
        `Loading images: \`${option}\` (=${String(value)}) must be ${rule}.`,
      )
  }
}

function lastPart(path: string): string {
  const name = baseName(path.replaceAll('\\', '/').replace(/\/+$/, ''))
  return name.replace(/\.(zip|tar|tar\.gz|tgz)$/i, '') || 'images'
}

/** Reads some files concurrently and decodes them in order. */
async function readImages(
  members: readonly ClassFile[],
  { classNames }: FolderLayout,
  where: string,
  options: ImageFoldersOptions,
): Promise<LabelledImages> {
  const { signal, onProgress, background = 0 } = options
  const stack = new ImageStack(members.length, options)
  for (let start = 0; start < members.length; start += AT_ONCE) {
    signal?.throwIfAborted()
    const batch = members.slice(start, start + AT_ONCE)
    const contents = await Promise.all(batch.map(({ file }) => readWhole(file, signal)))
    for (const [offset, bytes] of contents.entries()) {
      const name = batch[offset]?.file.name as string
      stack.put(start + offset, await readPicture(bytes, name, background), name)
    }
    const { images } = stack.finish()
    const loaded = Math.round((images.length * (start + batch.length)) / members.length)
    onProgress?.({ phase: 'read', file: lastPart(where), loaded, total: images.length })
  }
  const indices = new Map(classNames.map((name, index) => [name, index]))
  const labels = Int32Array.from(members, ({ className }) => indices.get(className) as number)
  return { kind: 'images', labels, count: members.length, ...stack.finish() }
}

function readWhole(file: DataFile, signal: AbortSignal | undefined): Promise<Uint8Array> {
  return collect(abortable(file.stream(), file.name, signal))
}

/** Splits into views: the first `count` images for training, the others for testing. */
function cut(all: LabelledImages, count: number): { train: LabelledImages; test: LabelledImages } {
  const stride = all.height * all.width * all.channels
  const part = (start: number, end: number): LabelledImages => ({
    ...all,
    images: all.images.subarray(start * stride, end * stride),
    labels: all.labels.subarray(start, end),
    count: end - start,
  })
  return { train: part(0, count), test: part(count, all.count) }
}
