import { TreadleError, isTreadleError } from '@treadle/core'
import {
  type FileMetaData,
  type SchemaTree,
  parquetMetadata,
  parquetReadObjects,
  parquetSchema,
} from 'hyparquet'
import { MAX_ARCHIVE_BYTES } from '../archives/entry.ts'
import { abortable, collect, sourceFile } from '../bytes.ts'
import type { DataFile } from '../data-file.ts'
import { type Findings, many } from '../findings.ts'
import type { ListedPicture } from '../images/layouts/picture-list.ts'
import { checkPages } from './check-pages.ts'
import { checkThrift } from './check-thrift.ts'
import { type Leaf, leafOf, onlyColumns } from './chosen-columns.ts'
import { codecsOf } from './codecs.ts'

const LABELS = ['label', 'labels', 'fine_label', 'class', 'category', 'target', 'character', 'digit']

/** Unpacked bytes for each byte of the file: image files hardly compress. */
const MOST_EXPANSION = 100
const SMALL = 2 ** 24

/** Columns within columns. */
const MAX_DEPTH = 32

export interface ParquetPictures {
  readonly pictures: readonly ListedPicture[]
  /** In the order of the labels, where the file names them. */
  readonly classNames: readonly string[] | undefined
}

/**
 * The image files in a Parquet file, with their classes: a column of bytes, or of structs with `bytes`, beside a column
 * of labels, which are numbers or text. Names of the classes are read from Hugging Face's metadata.
 *
 * @throws TreadleError `DATASET_BAD_PARQUET` for a file that is damaged, claims too much, or has no such columns; the
 *   signal's reason on abort
 */
export async function readPictures(
  file: DataFile,
  findings: Findings,
  signal: AbortSignal | undefined,
): Promise<ParquetPictures> {
  const size = await file.size()
  if (size !== undefined && size > MAX_ARCHIVE_BYTES)
    throw bad(file, `it has ${size} bytes, more than ${MAX_ARCHIVE_BYTES}`)
  const bytes = await collect(abortable(file.stream(), file.name, signal))
  try {
    checkFooter(bytes)
    const metadata = parquetMetadata(bytes, { geoparquet: false })
    const columns = columnsOf(metadata, file)
    const leaves = columns.map((column) => leafOf(column) as Leaf)
    const chosen = onlyColumns(metadata, columns, leaves)
    const most = Math.min(MAX_ARCHIVE_BYTES, SMALL + MOST_EXPANSION * bytes.length)
    const codecs = await codecsOf(chosen, file.name)
    checkPages(bytes, chosen, leaves, { codecs, most })
    const [image, label] = columns.map(({ element }) => element.name) as [string, string]
    const classNames = classNamesOf(metadata, label)
    const rows = await parquetReadObjects({
      file: { byteLength: bytes.length, slice: (start, end) => bytes.slice(start, end).buffer },
      metadata: chosen,
      compressors: codecs,
      utf8: false,
      geoparquet: false,
    })
    return { pictures: picturesOf(rows, { image, label, classNames }, file, findings), classNames }
  } catch (error) {
    if (isTreadleError(error)) throw error
    throw bad(
      file,
      `it is no valid Parquet file (${error instanceof Error ? error.message : String(error)})`,
      error,
    )
  }
}

/** hyparquet reads the lists of the footer as long as they claim to be. */
function checkFooter(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const end = bytes.length - 8
  const length = end < 4 ? 0 : view.getUint32(end, true)
  if (length === 0 || length > end - 4) throw new Error('its end is missing')
  checkThrift(new DataView(bytes.buffer, bytes.byteOffset, end), end - length)
}

/** The columns of images and labels. */
function columnsOf(metadata: FileMetaData, file: DataFile): [image: SchemaTree, label: SchemaTree] {
  checkSchema(metadata)
  const { children } = parquetSchema(metadata)
  const image = children.find(holdsBytes)
  const labels = children.filter((child) => child.children.length === 0 && leafOf(child) !== undefined)
  const named = Object.keys(featuresOf(metadata)).filter((name) => classNamesOf(metadata, name))
  const label = [...named, ...LABELS]
    .map((name) => labels.find(({ element }) => element.name === name))
    .find((column) => column !== undefined)
  if (image !== undefined && label !== undefined) return [image, label]
  const names = children.map(({ element }) => element.name)
  throw bad(
    file,
    `it has no column of ${image === undefined ? 'image files' : 'labels'}; its columns are ${names.slice(0, 20).join(', ')}`,
  )
}

/** hyparquet reads the columns of columns to any depth. */
function checkSchema({ schema }: FileMetaData): void {
  const left: number[] = []
  for (const { num_children: children = 0 } of schema) {
    while (left.at(-1) === 0) left.pop()
    if (left.length > 0) left[left.length - 1]!--
    if (left.length > MAX_DEPTH) throw new Error(`its columns are nested more than ${MAX_DEPTH} levels deep`)
    if (children > 0) left.push(children)
  }
}

/** Whether a column holds bytes, or structs with them. */
const holdsBytes = (column: SchemaTree) =>
  leafOf(column)?.element.type === 'BYTE_ARRAY' && (column.children.length > 0 || isBinary(column.element))

const isBinary = ({ converted_type: converted, logical_type: logical }: SchemaTree['element']) =>
  converted === undefined && logical === undefined

/** The features that Hugging Face describes, by column. */
function featuresOf({ key_value_metadata: entries = [] }: FileMetaData): Readonly<Record<string, unknown>> {
  const text = entries.find(({ key }) => key === 'huggingface')?.value
  try {
    const described = JSON.parse(text ?? '{}') as { info?: { features?: Record<string, unknown> } }
    return described.info?.features ?? {}
  } catch {
    return {}
  }
}

function classNamesOf(metadata: FileMetaData, column: string): readonly string[] | undefined {
  const feature = featuresOf(metadata)[column] as { names?: unknown; _type?: unknown } | null | undefined
  const names = feature?.names
  return Array.isArray(names) && names.length > 0 && names.every((name) => typeof name === 'string')
    ? names
    : undefined
}

interface Columns {
  readonly image: string
  readonly label: string
  readonly classNames: readonly string[] | undefined
}

function picturesOf(
  rows: readonly Record<string, unknown>[],
  { image, label, classNames }: Columns,
  file: DataFile,
  findings: Findings,
): ListedPicture[] {
  const missing: string[] = []
  const unlabelled: string[] = []
  const pictures = rows.flatMap((row, index): ListedPicture[] => {
    const path = `${file.path}/${index}`
    const content = contentOf(row[image])
    const className = classOf(row[label], classNames, file, index)
    if (content === undefined) missing.push(path)
    else if (className === undefined) unlabelled.push(path)
    if (content === undefined || className === undefined) return []
    return [{ file: { ...sourceFile(content, `${file.name}, row ${index}`), path }, className }]
  })
  if (missing.length > 0)
    findings.warn(
      'DATASET_MISSING_IMAGES',
      `${many(missing.length, 'row', ['has', 'have'])} no image in ${file.path}.`,
      missing.map((name) => ({ name })),
    )
  if (unlabelled.length > 0)
    findings.warn(
      'DATASET_UNLABELLED',
      `${many(unlabelled.length, 'image', ['has', 'have'])} no label in ${file.path}.`,
      unlabelled.map((name) => ({ name })),
    )
  return pictures
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

const bad = (file: DataFile, reason: string, cause?: unknown) =>
  new TreadleError('DATASET_BAD_PARQUET', `Reading ${file.name}: ${reason}.`, { cause })
