import type { ColumnMetaData, Compressors, FileMetaData } from 'hyparquet'
import { deserializeTCompactProtocol } from 'hyparquet/src/thrift.js'
import { checkDeltas, checkRuns } from './check-runs.ts'
import { checkThrift } from './check-thrift.ts'
import type { Leaf } from './chosen-columns.ts'

/** Rows that a file may claim to have, whatever its size, and for each of its bytes: an image file is not so small. */
const MAX_ROWS = 10_000_000
const FEW_ROWS = 100_000
const ROWS_OF_A_BYTE = 1 / 16

/** The numbers of Thrift's fields, in the header of a page and of its kind. */
type Fields = Readonly<Record<`field_${number}`, unknown>>

const KIND = { values: 0, dictionary: 2, secondValues: 3 }

const ENCODING = {
  plain: 0,
  plainDictionary: 2,
  runs: 3,
  deltas: 5,
  deltaLengths: 6,
  dictionary: 8,
  split: 9,
}

interface Unpacking {
  readonly codecs: Compressors
  readonly most: number
}

/**
 * Checks what a file claims of its rows and pages before hyparquet reads them, which allocates and writes as many
 * values and bytes as are claimed. Each page must have the bytes that it states.
 *
 * @param metadata of the columns that are read
 * @param leaves these columns
 * @param codecs of the compressions of the file
 * @param most bytes that all pages may have together, unpacked
 * @throws Error with the reason
 */
export function checkPages(
  bytes: Uint8Array,
  { row_groups: groups, num_rows: rows }: FileMetaData,
  leaves: readonly Leaf[],
  { codecs, most }: Unpacking,
) {
  const mostRows = Math.min(MAX_ROWS, FEW_ROWS + Math.floor(ROWS_OF_A_BYTE * bytes.length))
  if (rows < 0n || rows > mostRows)
    throw new Error(`it claims ${rows} rows; at most ${mostRows} are read from ${bytes.length} bytes`)
  const claimed = groups.reduce((sum, group) => sum + group.num_rows, 0n)
  if (claimed !== rows || groups.some((group) => group.num_rows < 0n))
    throw new Error(`it claims ${rows} rows, but its groups ${claimed}`)
  let left = most
  for (const group of groups)
    for (const [i, { meta_data: column }] of group.columns.entries()) {
      if (column === undefined) throw new Error('a column has no description')
      const checked = checkColumn(bytes, column, leaves[i] as Leaf, { codecs, most: left })
      if (BigInt(checked.values) !== column.num_values || column.num_values !== group.num_rows)
        throw new Error(`a column has ${checked.values} values for ${group.num_rows} rows`)
      left -= checked.unpacked
      if (left < 0) throw new Error(`its pages have more than ${most} bytes, unpacked`)
    }
}

function checkColumn(bytes: Uint8Array, column: ColumnMetaData, leaf: Leaf, { codecs, most }: Unpacking) {
  const start = Number(column.dictionary_page_offset || column.data_page_offset)
  const end = start + Number(column.total_compressed_size)
  if (!(start >= 4 && end > start && end <= bytes.length))
    throw new Error('a column lies outside of the file')
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, end - start)
  const reader = { view, offset: 0 }
  let values = 0
  let unpacked = 0
  // hyparquet reads all pages of a struct, and others to the last value.
  while (reader.offset < view.byteLength && (leaf.path.length > 1 || values < Number(column.num_values))) {
    checkThrift(view, reader.offset)
    const page = pageOf(deserializeTCompactProtocol(reader))
    if (page.packed > view.byteLength - reader.offset) throw new Error('a page lies outside of its column')
    unpacked += page.size
    if (unpacked > most) throw new Error(`its pages have more than ${most} bytes, unpacked`)
    const isDictionary = page.kind === KIND.dictionary
    if (page.count > (isDictionary ? page.size : Number(column.num_values) - values))
      throw new Error(`a page claims ${page.count} values`)
    if (!isDictionary) values += page.count
    const content = new Uint8Array(view.buffer, view.byteOffset + reader.offset, page.packed)
    checkPage(page, content, unpackerOf(column.codec, codecs), leaf)
    reader.offset += page.packed
  }
  return { values, unpacked }
}

interface Page {
  readonly kind: number
  /** Bytes, unpacked. */
  readonly size: number
  readonly packed: number
  readonly count: number
  /** The header of its kind. */
  readonly fields: Fields
}

function pageOf(header: Fields): Page {
  const kind = whole(header.field_1)
  const fields = { [KIND.values]: header.field_5, [KIND.dictionary]: header.field_7, [KIND.secondValues]: header.field_8 }[kind] // prettier-ignore
  if (typeof fields !== 'object' || fields === null) throw new Error(`a page is of kind ${kind}`)
  const { field_1: count } = fields as Fields
  return {
    kind,
    size: whole(header.field_2),
    packed: whole(header.field_3),
    count: whole(count),
    fields: fields as Fields,
  }
}

/** A count or size, which Thrift may have as anything. */
function whole(value: unknown): number {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number
  throw new Error('the header of a page has no valid numbers')
}

/** Checks what hyparquet will unpack and read. */
function checkPage(
  { kind, size, count, fields }: Page,
  content: Uint8Array,
  unpack: Unpack,
  leaf: Leaf,
): void {
  const width = 32 - Math.clz32(leaf.optional)
  if (kind === KIND.secondValues) {
    const [missing, levels, repeated] = [fields.field_2, fields.field_5, fields.field_6].map(whole) as [
      number,
      number,
      number,
    ]
    if (missing > count || repeated !== 0 || levels > Math.min(size, content.length))
      throw new Error('the levels of a page lie outside of it')
    if (width > 0) checkRuns({ view: viewOf(content), start: 0 }, width, count)
    const isPacked = fields.field_7 !== false
    const page = (isPacked ? unpack : unpackerOf('UNCOMPRESSED', {}))(content.subarray(levels), size - levels)
    checkValues({ view: page, start: 0 }, fields.field_4, count, leaf)
    return
  }
  const page = unpack(content, size)
  if (kind === KIND.dictionary) return
  if (width > 0) checkRuns({ view: page, start: 4 }, width, count)
  const start = width > 0 ? 4 + page.getUint32(0, true) : 0
  checkValues({ view: page, start }, fields.field_2, count, leaf)
}

type Unpack = (packed: Uint8Array, size: number) => DataView

function unpackerOf(name: ColumnMetaData['codec'], codecs: Compressors): Unpack {
  const codec = name === 'UNCOMPRESSED' ? (bytes: Uint8Array) => bytes : codecs[name]
  if (codec === undefined) throw new Error(`its compression ${name} is not read`)
  return (packed, size) => {
    const page = codec(packed, size)
    if (page.length !== size) throw new Error(`a page does not have the ${size} bytes that it states`)
    return viewOf(page)
  }
}

const viewOf = ({ buffer, byteOffset, length }: Uint8Array) => new DataView(buffer, byteOffset, length)

function checkValues(
  { view, start }: { readonly view: DataView; readonly start: number },
  encoding: unknown,
  count: number,
  { element }: Leaf,
): void {
  if (start >= view.byteLength) return
  if (encoding === ENCODING.plain || (encoding === ENCODING.split && element.type !== 'FIXED_LEN_BYTE_ARRAY'))
    return
  if (encoding === ENCODING.dictionary || encoding === ENCODING.plainDictionary)
    checkRuns({ view, start: start + 1 }, view.getUint8(start), count)
  else if (encoding === ENCODING.runs) checkRuns({ view, start: start + 4 }, 1, count)
  else if (encoding === ENCODING.deltas || encoding === ENCODING.deltaLengths)
    checkDeltas({ view, start }, count)
  else
    throw new Error(
      `the encoding ${String(encoding)} of its pages is not read; write it with the plain encoding`,
    )
}
