import { TreadleError } from '@treadle/core'
import { type DataFile, baseName } from '../data-file.ts'
import type { Findings } from '../findings.ts'
import type { FoundFiles } from '../found-files.ts'
import { type PictureList, inParts, splitNamed } from '../images/layouts/picture-list.ts'
import { memoryBytes } from '../images/memory-option.ts'
import type { HoldingOptions } from '../temporary-file.ts'
import { isParquet } from './is-parquet.ts'
import { type KeepImage, inFile, inMemory } from './keep-images.ts'
import { type ParquetPictures, readPictures } from './read-parquet.ts'

/**
 * The image files in Parquet files of one set, with their classes and splits.
 * @throws TreadleError `DATASET_NOT_FOUND`, `DATASET_AMBIGUOUS`, and what `readPictures` throws
 */
export async function listParquet(
  { path, files }: Pick<FoundFiles, 'path' | 'files'>,
  prefix: string | undefined,
  findings: Findings,
  options: HoldingOptions,
): Promise<PictureList> {
  const chosen = files.filter((file) => isParquet(file.path) && file.path.startsWith(prefix ?? ''))
  if (chosen.length === 0)
    throw new TreadleError(
      'DATASET_NOT_FOUND',
      `Loading ${path}: no Parquet file has a path that begins with ${JSON.stringify(prefix)} (--prefix).`,
    )
  const sets = [...new Set(chosen.map((file) => setOf(file.path)))]
  if (sets.length > 1)
    throw new TreadleError(
      'DATASET_AMBIGUOUS',
      `Loading ${path}: it holds several sets of Parquet files; select one by \`prefix\` (--prefix), or give the files of one: ${sets.map((set) => JSON.stringify(set)).join(', ')}.`,
    )
  const readAll = async (keep: KeepImage) => {
    const parts: { readonly file: DataFile; readonly part: ParquetPictures }[] = []
    for (const file of chosen)
      parts.push({ file, part: await readPictures(file, { findings, keep, options }) })
    return parts
  }
  const read = await (options.memory === undefined ? readAll(inMemory) : readToFile(path, options, readAll))
  sayLarge(read, options.memory, findings)
  const names = read.map(({ part }) => part.classNames).find((each) => each !== undefined)
  const pictures = read.flatMap(({ file, part }) => {
    const split = splitOf(file.path)
    return part.pictures.map((picture) => ({ ...picture, split }))
  })
  return { classNames: names ?? sortedNames(pictures), ...inParts(pictures) }
}

/** Keeps the images in one temporary file. */
async function readToFile<Result>(
  path: string,
  options: HoldingOptions,
  read: (keep: KeepImage) => Promise<Result>,
): Promise<Result> {
  // Loaded on first use: a page has no disk.
  const { inTemporaryFile } = await import('../temporary-file.ts')
  return inTemporaryFile(path, options, (file) => read(inFile(file)))
}

/** A row group that takes more than the bound of memory is said: less than one cannot be read. */
function sayLarge(
  read: readonly { readonly file: DataFile; readonly part: ParquetPictures }[],
  memory: HoldingOptions['memory'],
  findings: Findings,
): void {
  const most = memoryBytes('Loading images', memory) ?? Number.POSITIVE_INFINITY
  const [first, ...others] = read.filter(({ part }) => part.largest.bytes > most)
  if (first === undefined) return
  const { file, part } = [first, ...others].reduce((a, b) =>
    b.part.largest.bytes > a.part.largest.bytes ? b : a,
  )
  const { bytes, rows } = part.largest
  const size = bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`
  findings.warn(
    'DATASET_HELD_IN_MEMORY',
    `A row group of ${file.path} takes ${size} of memory while it is read, more than \`memory\` (--memory), because Parquet is read one row group at a time. ` +
      `Write the file with smaller row groups, such as \`row_group_size=${Math.max(1, Math.floor((rows * most) / bytes))}\` of pyarrow's write_table, or give more memory.`,
  )
}

/** The folder of a file, and what is before the name of the split: files of one set have the same. */
const setOf = (path: string): string =>
  path
    .replace(/(^|[/_.-])(train|training|test|testing|val|valid|validation)([._-][^/]*)?\.parquet$/i, '$1')
    .replace(/[^/]*\.parquet$/i, '')

/** The split that the name of a file begins with or ends in. */
function splitOf(path: string) {
  const words = baseName(path).toLowerCase().split(/[._-]/)
  return words.map(splitNamed).find((split) => split !== undefined)
}

/** Labels that are whole numbers are in the order of numbers. */
function sortedNames(pictures: readonly { readonly className: string }[]): string[] {
  const names = [...new Set(pictures.map(({ className }) => className))].sort()
  return names.every((name) => /^\d+$/.test(name)) ? names.sort((a, b) => Number(a) - Number(b)) : names
}
