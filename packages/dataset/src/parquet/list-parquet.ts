import { TreadleError } from '@treadle/core'
import { baseName } from '../data-file.ts'
import type { Findings } from '../findings.ts'
import type { FoundFiles } from '../found-files.ts'
import { type PictureList, inParts, splitNamed } from '../images/layouts/picture-list.ts'
import { isParquet } from './is-parquet.ts'
import { type ParquetPictures, readPictures } from './read-parquet.ts'

/**
 * The image files in Parquet files of one set, with their classes and splits.
 * @throws TreadleError `DATASET_NOT_FOUND`, `DATASET_AMBIGUOUS`, and what `readPictures` throws
 */
export async function listParquet(
  { path, files }: Pick<FoundFiles, 'path' | 'files'>,
  prefix: string | undefined,
  findings: Findings,
  signal: AbortSignal | undefined,
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
  const read: { readonly split: ReturnType<typeof splitOf>; readonly part: ParquetPictures }[] = []
  for (const file of chosen)
    read.push({ split: splitOf(file.path), part: await readPictures(file, findings, signal) })
  const names = read.map(({ part }) => part.classNames).find((each) => each !== undefined)
  const pictures = read.flatMap(({ split, part }) => part.pictures.map((picture) => ({ ...picture, split })))
  return { classNames: names ?? sortedNames(pictures), ...inParts(pictures) }
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
