import { together } from './data-files.js'

/*
 * A small writer of Parquet, whose files may state what is not so. Structures are in Thrift's compact protocol: objects
 * of fields by their numbers; `i32` and `i64` make numbers, arrays are lists, and Uint8Arrays are binary.
 */

export const ascii = (text) => new TextEncoder().encode(text)
export const i32 = (value) => ({ i32: value })
export const i64 = (value) => ({ i64: value })

/** An unsigned number of any length. */
export function varint(value) {
  const rest = BigInt(value)
  return rest < 128n ? [Number(rest)] : [Number(rest & 127n) | 128, ...varint(rest >> 7n)]
}

function zigzag(value) {
  const whole = BigInt(value)
  return varint(BigInt.asUintN(64, (whole << 1n) ^ (whole >> 63n)))
}

/** The bytes of a structure. */
export function thrift(fields) {
  const parts = []
  let last = 0
  for (const [key, value] of Object.entries(fields)) {
    const { type, bytes } = encode(value)
    parts.push(Uint8Array.of(((Number(key) - last) << 4) | type), bytes)
    last = Number(key)
  }
  return together([...parts, Uint8Array.of(0)])
}

function encode(value) {
  if (value.type !== undefined) return value
  if (value instanceof Uint8Array)
    return { type: 8, bytes: together([Uint8Array.from(varint(value.length)), value]) }
  if (Array.isArray(value)) {
    const elements = value.map(encode)
    const head = [0xf0 | (elements[0]?.type ?? 12), ...varint(elements.length)]
    return { type: 9, bytes: together([Uint8Array.from(head), ...elements.map(({ bytes }) => bytes)]) }
  }
  if (value.i32 !== undefined) return { type: 5, bytes: Uint8Array.from(zigzag(value.i32)) }
  if (value.i64 !== undefined) return { type: 6, bytes: Uint8Array.from(zigzag(value.i64)) }
  return { type: 12, bytes: thrift(value) }
}

const CODECS = ['UNCOMPRESSED', 'SNAPPY', 'GZIP', 'LZO', 'BROTLI', 'LZ4', 'ZSTD', 'LZ4_RAW']

/** Byte arrays in the plain encoding. */
export const plain = (values) =>
  together(values.flatMap((value) => [new Uint8Array(Uint32Array.of(value.length).buffer), value]))

/** Labels of 64 bits in the plain encoding. */
export const plainLabels = (values) => new Uint8Array(BigInt64Array.from(values, BigInt).buffer)

/**
 * A file with a column of images and one of labels.
 * @typedef {{ packed: Uint8Array, count: number, size?: number, encoding?: number, isDictionary?: boolean, second?: object }} Page
 *   `size`: stated bytes, unpacked; `second`: levels of a page of the second kind
 * @param {{ pages: Page[], codec?: string, values?: number }} image `values` are stated
 * @param {{ pages: Page[], codec?: string, values?: number }} label
 * @param {{ rows?: number, groupRows?: number, isOptional?: boolean, groups?: number, footer?: Uint8Array }} [stated]
 */
export function parquetFile(image, label, stated = {}) {
  const parts = [ascii('PAR1')]
  let at = 4
  const columns = [image, label].map(({ pages, codec = 'UNCOMPRESSED', values = valuesOf(pages) }, i) => {
    const start = at
    for (const page of pages) {
      const header = headerOf(page)
      parts.push(header, page.packed)
      at += header.length + page.packed.length
    }
    const name = ascii(i === 0 ? 'image' : 'label')
    const [length, first] = [i64(at - start), i64(start)]
    return { 3: { 1: i32(i === 0 ? 6 : 2), 2: [i32(0)], 3: [name], 4: i32(CODECS.indexOf(codec)), 5: i64(values), 6: length, 7: length, 9: first } } // prettier-ignore
  })
  const { rows = valuesOf(label.pages), groupRows = rows, groups = 1, isOptional = false } = stated
  const footer = stated.footer ?? description({ columns, rows, groupRows, groups, isOptional })
  return together([...parts, footer, new Uint8Array(Uint32Array.of(footer.length).buffer), ascii('PAR1')])
}

const valuesOf = (pages) => pages.reduce((sum, page) => sum + (page.isDictionary ? 0 : page.count), 0)

function description({ columns, rows, groupRows, groups, isOptional }) {
  const kind = i32(isOptional ? 1 : 0)
  const group = encode({ 1: columns, 2: i64(0), 3: i64(groupRows) })
  return thrift({
    1: i32(1),
    2: [
      { 4: ascii('schema'), 5: i32(2) },
      { 1: i32(6), 3: kind, 4: ascii('image') },
      { 1: i32(2), 3: kind, 4: ascii('label') },
    ],
    3: i64(rows * groups),
    4: Array(groups).fill(group),
  })
}

function headerOf({ packed, size = packed.length, count, encoding = 0, isDictionary = false, second }) {
  const sizes = { 2: i32(size), 3: i32(packed.length) }
  const [values, kind] = [i32(count), i32(encoding)]
  if (isDictionary) return thrift({ 1: i32(2), ...sizes, 7: { 1: values, 2: kind } })
  if (second === undefined)
    return thrift({ 1: i32(0), ...sizes, 5: { 1: values, 2: kind, 3: i32(3), 4: i32(3) } })
  const { levels = 0, missing = 0, repeated = 0 } = second
  return thrift({ 1: i32(3), ...sizes, 8: { 1: values, 2: i32(missing), 3: values, 4: kind, 5: i32(levels), 6: i32(repeated) } }) // prettier-ignore
}
