import { type FileMetaData, type SchemaTree, parquetSchema } from 'hyparquet'
import { badParquet } from './bad-parquet.ts'
import { leafOf } from './chosen-columns.ts'

const LABELS = ['label', 'labels', 'fine_label', 'class', 'category', 'target', 'character', 'digit']

/** Columns within columns. */
const MAX_DEPTH = 32

/**
 * The columns of images and labels.
 * @param file its name, for messages
 * @throws TreadleError `DATASET_BAD_PARQUET` where there are none; Error with the reason for a damaged description
 */
export function pictureColumns(metadata: FileMetaData, file: string): [image: SchemaTree, label: SchemaTree] {
  checkSchema(metadata)
  const { children } = parquetSchema(metadata)
  const image = children.find(holdsBytes)
  const labels = children.filter((child) => child.children.length === 0 && leafOf(child) !== undefined)
  const named = Object.keys(featuresOf(metadata)).filter((column) => classNamesOf(metadata, column))
  const label = [...named, ...LABELS]
    .map((name) => labels.find((column) => column.element.name === name))
    .find((column) => column !== undefined)
  if (image !== undefined && label !== undefined) return [image, label]
  const names = children.map(({ element }) => element.name)
  throw badParquet(
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

/** The names of the classes, in the order of the labels, where the file has them. */
export function classNamesOf(metadata: FileMetaData, column: string): readonly string[] | undefined {
  const feature = featuresOf(metadata)[column] as { names?: unknown; _type?: unknown } | null | undefined
  const names = feature?.names
  return Array.isArray(names) && names.length > 0 && names.every((name) => typeof name === 'string')
    ? names
    : undefined
}
