import { TreadleError } from '@treadle/core'
import { csvParse } from 'd3-dsv'
import { collect } from '../../bytes.ts'
import { type DataFile, baseName } from '../../data-file.ts'
import { many } from '../../findings.ts'
import {
  type Layout,
  type LayoutContext,
  classNamesOf,
  inParts,
  mayBeImage,
  splitNamed,
} from './picture-list.ts'

const FILE_COLUMNS = [
  'file',
  'filename',
  'file_name',
  'path',
  'image',
  'image_path',
  'image_id',
  'img',
  'id',
  'name',
]
const LABEL_COLUMNS = ['label', 'class', 'class_name', 'category', 'target', 'breed', 'species', 'y']
const SPLIT_COLUMNS = ['split', 'set', 'subset', 'part']

/** Names of tables, the preferred ones first. Any other table serves if it is the only one. */
const preferred = [/^labels\.csv$/i, /^train(_labels)?\.csv$/i, /^trainlabels\.csv$/i]

/** Characters of a table that are read. */
const MAX_BYTES = 2 ** 28

/**
 * A table of `file,label` beside the images, as Kaggle gives: `labels.csv` or `train.csv`, with a header. A file is
 * named by its path, by its name, or by its name without the ending. A column `split` may say train, val or test.
 */
export const labelsTable: Layout = {
  name: 'table of labels',
  async read(files, context) {
    const tables = files.filter(({ path }) => /^[^/]+\.csv$/i.test(path))
    const wanted = preferred.flatMap((name) => tables.filter(({ path }) => name.test(path)))
    const table = wanted[0] ?? (tables.length === 1 ? tables[0] : undefined)
    if (table === undefined) return undefined
    const rows = await readTable(table, context)
    if (rows === undefined) return undefined
    const images = files.filter((file) => file !== table && mayBeImage(file))
    return join(rows, images, table, context)
  },
}

interface Row {
  readonly file: string
  readonly label: string
  readonly split: string | undefined
}

async function readTable(table: DataFile, { signal }: LayoutContext): Promise<Row[] | undefined> {
  const size = await table.size()
  if (size !== undefined && size > MAX_BYTES) return undefined
  const bytes = await collect(table.stream())
  signal?.throwIfAborted()
  const parsed = csvParse(new TextDecoder().decode(bytes).replace(/^\uFEFF/, ''))
  const column = (known: readonly string[]) =>
    known.map((name) => parsed.columns.find((each) => each.trim().toLowerCase() === name)).find(Boolean)
  const [file, label, split] = [FILE_COLUMNS, LABEL_COLUMNS, SPLIT_COLUMNS].map(column)
  if (file === undefined || label === undefined) return undefined
  return parsed.map((row) => ({
    file: (row[file] ?? '').trim(),
    label: (row[label] ?? '').trim(),
    split: split === undefined ? undefined : (row[split] ?? '').trim(),
  }))
}

function join(rows: readonly Row[], images: readonly DataFile[], table: DataFile, context: LayoutContext) {
  const { findings, where } = context
  const find = finder(images)
  const missing: string[] = []
  const unlabelled: string[] = []
  const used = new Set<DataFile>()
  const pictures = rows.flatMap(({ file, label, split }) => {
    const found = find(file)
    if (found === undefined) missing.push(file)
    else if (label === '') unlabelled.push(file)
    if (found === undefined || label === '' || used.has(found)) return []
    used.add(found)
    return [{ file: found, className: label, split: split === undefined ? undefined : splitNamed(split) }]
  })
  if (pictures.length === 0) {
    throw new TreadleError(
      'DATASET_BAD_LAYOUT',
      `Loading images from ${where}: none of the ${rows.length} files that ${table.path} names is there${missing[0] === undefined ? '' : `, such as ${missing[0]}`}.`,
    )
  }
  if (missing.length > 0)
    findings.warn(
      'DATASET_MISSING_IMAGES',
      `${many(missing.length, 'image', ['is', 'are'])} named in ${table.path} but not there, such as ${missing[0]}.`,
      named(missing),
    )
  if (unlabelled.length > 0)
    findings.warn(
      'DATASET_UNLABELLED',
      `${many(unlabelled.length, 'image', ['has', 'have'])} no label in ${table.path}, such as ${unlabelled[0]}.`,
      named(unlabelled),
    )
  const others = images.filter((file) => !used.has(file)).map(({ path }) => path)
  if (others.length > 0)
    findings.warn(
      'DATASET_LEFT_OUT',
      `${many(others.length, 'image', ['is', 'are'])} not used, because ${table.path} does not name them, such as ${others[0]}.`,
      named(others),
    )
  const parts = inParts(pictures)
  return { classNames: sortedNames(classNamesOf(parts.train)), ...parts }
}

/** Labels that are whole numbers are in the order of numbers. */
function sortedNames(names: readonly string[]): string[] {
  return names.every((name) => /^\d+$/.test(name))
    ? names.toSorted((a, b) => Number(a) - Number(b))
    : [...names]
}

/** Finds an image by its path, its name, or either without the ending. */
function finder(images: readonly DataFile[]): (name: string) => DataFile | undefined {
  const byName = new Map<string, DataFile | undefined>()
  const add = (key: string, file: DataFile) => byName.set(key, byName.has(key) ? undefined : file)
  for (const file of images) {
    const { path } = file
    for (const key of new Set([path, baseName(path), without(path), without(baseName(path))])) add(key, file)
  }
  const exact = new Map(images.map((file) => [file.path, file]))
  return (name) => {
    const path = name.replaceAll('\\', '/').replace(/^(\.?\/)+/, '')
    return exact.get(path) ?? byName.get(path)
  }
}

const without = (path: string): string => path.replace(/\.[^./]+$/, '')

const named = (list: readonly string[]) => list.map((name) => ({ name }))
