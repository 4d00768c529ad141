import type { ColumnMetaData, Compressors } from 'hyparquet'
import { deserializeTCompactProtocol } from 'hyparquet/src/thrift.js'
import { checkDeltas, checkRuns } from './check-runs.ts'
import { checkThrift } from './check-thrift.ts'
import type { Leaf } from './chosen-columns.ts'
import { wrongSize } from './wrong-size.ts'

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
 * Checks the pages of a column of a row group before hyparquet reads them, which allocates and writes as many values and
 * bytes as are claimed. Each page must have the bytes that it states.
 *
 * @param bytes of the column
 * @param rows of the group
 * @param codecs of the compressions of the file
 * @param most bytes that the pages may have together, unpacked
 * @returns the bytes that they have
 * @throws Error with the reason
 */
export function checkPages(
  bytes: Uint8Array,
  { num_values: stated, codec }: ColumnMetaData,
  leaf: Leaf,
  rows: bigint,
  { codecs, most }: Unpacking,
): number {
  const view = viewOf(bytes)
  const reader = { view, offset: 0 }
  const unpack = unpackerOf(codec, codecs)
  let values = 0
  let unpacked = 0
  // hyparquet reads all pages of a struct, and others to the last value.
  while (reader.offset < view.byteLength && (leaf.path.length > 1 || values < Number(stated))) {
    checkThrift(view, reader.offset)
    const page = pageOf(deserializeTCompactProtocol(reader))
    if (page.packed > view.byteLength - reader.offset) throw new Error('a page lies outside of its column')
    unpacked += page.size
    if (unpacked > most) throw new Error('its pages are far larger than the file, unpacked')
    const isDictionary = page.kind === KIND.dictionary
    if (page.count > (isDictionary ? page.size : Number(stated) - values))
      throw new Error(`a page claims ${page.count} values`)
    if (!isDictionary) values += page.count
    checkPage(page, bytes.subarray(reader.offset, reader.offset + page.packed), unpack, leaf)
    reader.offset += page.packed
  }
  if (BigInt(values) !== stated || stated !== rows)
    throw new Error(`a column has ${values} values for ${rows} rows`)
  return unpacked
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
    if (page.length !== size) throw wrongSize(size)
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
