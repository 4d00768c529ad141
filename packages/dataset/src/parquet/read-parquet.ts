import { TreadleError, isTreadleError } from '@treadle/core'
import { untilAborted } from '../bytes.ts'
import type { DataFile } from '../data-file.ts'
import { type Findings, many } from '../findings.ts'
import type { ListedPicture } from '../images/layouts/picture-list.ts'
import type { HoldingOptions } from '../temporary-file.ts'
import { badParquet } from './bad-parquet.ts'
import { type Leaf, leafOf, onlyColumns } from './chosen-columns.ts'
import { codecsOf } from './codecs.ts'
import type { KeepImage } from './keep-images.ts'
import { classNamesOf, pictureColumns } from './picture-columns.ts'
import { openRanges } from './ranges.ts'
import { readFooter } from './read-footer.ts'
import { readGroups } from './read-groups.ts'

export interface ParquetPictures {
  readonly pictures: readonly ListedPicture[]
  /** In the order of the labels, where the file names them. */
  readonly classNames: readonly string[] | undefined
  /** The row group that takes the most memory: its bytes and rows. */
  readonly largest: { readonly bytes: number; readonly rows: number }
}

interface Reading {
  readonly findings: Findings
  readonly keep: KeepImage
  readonly options: HoldingOptions
}

/**
 * The image files in a Parquet file, with their classes: a column of bytes, or of structs with `bytes`, beside a column
 * of labels, which are numbers or text. Names of the classes are read from Hugging Face's metadata. One row group at a time
 * is in memory.
 *
 * @throws TreadleError `DATASET_BAD_PARQUET` for a file that is damaged, claims too much, or has no such columns; what `keep`
 *   throws; the signal's reason on abort
 */
export async function readPictures(
  file: DataFile,
  { findings, keep, options }: Reading,
): Promise<ParquetPictures> {
  const { signal } = options
  const ranges = await openRanges(file, options)
  try {
    const metadata = await readFooter(ranges)
    const columns = pictureColumns(metadata, file.name)
    const leaves = columns.map((column) => leafOf(column) as Leaf)
    const chosen = onlyColumns(metadata, columns, leaves)
    const [image, label] = columns.map(({ element }) => element.name) as [string, string]
    const classNames = classNamesOf(metadata, label)
    const found = new FoundPictures(file, classNames)
    const groups = readGroups(ranges, chosen, leaves, await codecsOf(chosen, file.name))
    let largest = { bytes: 0, rows: 0 }
    for await (const { rows, bytes } of untilAborted(groups, signal)) {
      if (bytes > largest.bytes) largest = { bytes, rows: rows.length }
      for (const row of rows) {
        signal?.throwIfAborted()
        await found.add(row[image], row[label], keep)
      }
    }
    found.say(findings)
    return { pictures: found.pictures, classNames, largest }
  } catch (error) {
    signal?.throwIfAborted()
    if (isTreadleError(error)) throw error
    throw badParquet(
      file.name,
      `it is no valid Parquet file (${error instanceof Error ? error.message : String(error)})`,
      error,
    )
  } finally {
    ranges.close()
  }
}

/** The pictures of rows that are given one after the other. */
class FoundPictures {
  readonly pictures: ListedPicture[] = []
  readonly #file: DataFile
  readonly #classNames: readonly string[] | undefined
  readonly #missing: string[] = []
  readonly #unlabelled: string[] = []
  #index = 0

  constructor(file: DataFile, classNames: readonly string[] | undefined) {
    this.#file = file
    this.#classNames = classNames
  }

  async add(image: unknown, label: unknown, keep: KeepImage): Promise<void> {
    const index = this.#index++
    const path = `${this.#file.path}/${index}`
    const content = contentOf(image)
    const className = classOf(label, this.#classNames, this.#file, index)
    if (content === undefined) this.#missing.push(path)
    else if (className === undefined) this.#unlabelled.push(path)
    else {
      const kept = await keep(content, `${this.#file.name}, row ${index}`)
      this.pictures.push({ file: { ...kept, path }, className })
    }
  }

  say(findings: Findings): void {
    if (this.#missing.length > 0)
      findings.warn(
        'DATASET_MISSING_IMAGES',
        `${many(this.#missing.length, 'row', ['has', 'have'])} no image in ${this.#file.path}.`,
        this.#missing.map((name) => ({ name })),
      )
    if (this.#unlabelled.length > 0)
      findings.warn(
        'DATASET_UNLABELLED',
        `${many(this.#unlabelled.length, 'image', ['has', 'have'])} no label in ${this.#file.path}.`,
        this.#unlabelled.map((name) => ({ name })),
      )
  }
}

function contentOf(value: unknown): Uint8Array | undefined {
  const bytes = value instanceof Uint8Array ? value : (value as { bytes?: unknown } | null | undefined)?.bytes
  return bytes instanceof Uint8Array && bytes.length > 0 ? bytes : undefined
}

const textOf = (value: unknown): string | undefined =>
  value instanceof Uint8Array
    ? new TextDecoder().decode(value)
    : typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint'
      ? String(value)
      : undefined

/** Undefined for a row without a label: empty, or −1 as Hugging Face has it. */
function classOf(
  value: unknown,
  names: readonly string[] | undefined,
  file: DataFile,
  row: number,
): string | undefined {
  const text = textOf(value)
  if (text === undefined || text === '' || text === '-1') return undefined
  if (names === undefined || !/^\d+$/.test(text)) return text
  const name = names[Number(text)]
  if (name !== undefined) return name
  throw new TreadleError(
    'DATASET_BAD_LABEL',
    `Reading ${file.name}: the label of row ${row} is ${text}; it names ${names.length} classes.`,
  )
}
