import type { DataFile } from '../../data-file.ts'
import type { Findings } from '../../findings.ts'

/** An image file with its class. */
export interface ListedPicture {
  readonly file: DataFile
  readonly className: string
}

/** The image files of a data set. A part without a folder or list of its own is undefined. */
export interface PictureList {
  /** In the order of the labels. */
  readonly classNames: readonly string[]
  readonly train: readonly ListedPicture[]
  readonly validation: readonly ListedPicture[] | undefined
  readonly test: readonly ListedPicture[] | undefined
}

export interface LayoutContext {
  /** For messages. */
  readonly where: string
  readonly findings: Findings
  /** Folders without files, where they are known. */
  readonly emptyFolders: readonly string[]
  /** A template of file names such as `{class}_*`. */
  readonly pattern: string | undefined
  readonly signal: AbortSignal | undefined
}

/** A way to arrange image files. */
export interface Layout {
  readonly name: string
  /**
   * @param files without hidden and system files
   * @returns undefined if the files are arranged in another way
   */
  readonly read: (
    files: readonly DataFile[],
    context: LayoutContext,
  ) => PictureList | undefined | Promise<PictureList | undefined>
}

export type SplitName = 'train' | 'validation' | 'test'

const SPLITS: Readonly<Record<string, SplitName>> = {
  train: 'train',
  training: 'train',
  test: 'test',
  testing: 'test',
  val: 'validation',
  valid: 'validation',
  validation: 'validation',
}

/** The part that a folder's name or a table's word means. */
export function splitNamed(word: string): SplitName | undefined {
  const name = word.toLowerCase()
  return Object.hasOwn(SPLITS, name) ? SPLITS[name] : undefined
}

/** Files that are no images by their names. All others are tried: their content decides. */
const noImage =
  /\.(txt|md|csv|tsv|jsonl?|xml|html?|ya?ml|toml|pdf|zip|t?gz|tar|7z|rar|py|ipynb|[jt]s|log|db|ini|np[yz]|parquet|mp4|mov|avi|mp[34]|wav|docx?|xlsx?)$/i

export const mayBeImage = ({ path }: DataFile): boolean => !noImage.test(path)

/** Puts pictures into their parts. @param splitOf undefined for pictures of no part */
export function inParts(
  pictures: readonly (ListedPicture & { readonly split: SplitName | undefined })[],
): Omit<PictureList, 'classNames'> {
  const of = (split: SplitName) => pictures.filter((picture) => (picture.split ?? 'train') === split)
  const [validation, test] = [of('validation'), of('test')]
  return {
    train: of('train'),
    validation: validation.length > 0 ? validation : undefined,
    test: test.length > 0 ? test : undefined,
  }
}

/** The names of the classes that occur, in the order of their letters. */
export function classNamesOf(pictures: readonly ListedPicture[]): string[] {
  return [...new Set(pictures.map(({ className }) => className))].sort()
}
