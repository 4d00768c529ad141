import { readVarint } from './varint.ts'

const MAX_DEPTH = 32
/** Values of a footer: one of a million images in 10,000 row groups has about a million. */
const MAX_VALUES = 1_500_000

const TYPE = { true: 1, false: 2, byte: 3, i16: 4, i32: 5, i64: 6, double: 7, binary: 8, list: 9, struct: 12 }

/** Where a structure is read, and how many values it has had. */
class Cursor {
  values = 0

  constructor(
    readonly view: DataView,
    public offset: number,
  ) {}

  byte(): number {
    return this.view.getUint8(this.offset++)
  }

  varint(): number {
    const { value, end } = readVarint(this.view, this.offset)
    this.offset = end
    return value
  }

  skip(bytes: number): void {
    if (bytes < 0 || bytes > this.view.byteLength - this.offset)
      throw new Error(`it claims ${bytes} bytes where ${this.view.byteLength - this.offset} are left`)
    this.offset += bytes
  }

  count(): void {
    if (++this.values > MAX_VALUES) throw new Error(`its description has more than ${MAX_VALUES} values`)
  }
}

/**
 * Checks a structure in Thrift's compact protocol before hyparquet reads it, which allocates what a list claims and
 * reads numbers of any length.
 *
 * @param offset of the structure in `view`
 * @throws Error for lists longer than the bytes that are left, more than `MAX_VALUES`, or structures nested too deeply
 */
export function checkThrift(view: DataView, offset: number): void {
  skipStruct(new Cursor(view, offset), 0)
}

function skipStruct(cursor: Cursor, depth: number): void {
  if (depth > MAX_DEPTH) throw new Error(`its description is nested more than ${MAX_DEPTH} levels deep`)
  cursor.count()
  for (;;) {
    const byte = cursor.byte()
    if ((byte & 15) === 0) return
    if (byte < 16) cursor.varint()
    cursor.count()
    skipValue(cursor, byte & 15, depth)
  }
}

function skipValue(cursor: Cursor, type: number, depth: number): void {
  if (type === TYPE.byte) cursor.skip(1)
  else if (type === TYPE.i16 || type === TYPE.i32 || type === TYPE.i64) cursor.varint()
  else if (type === TYPE.double) cursor.skip(8)
  else if (type === TYPE.binary) cursor.skip(cursor.varint())
  else if (type === TYPE.list) skipList(cursor, depth)
  else if (type === TYPE.struct) skipStruct(cursor, depth + 1)
  else if (type !== TYPE.true && type !== TYPE.false) throw new Error(`type ${type} is not one of Parquet`)
}

function skipList(cursor: Cursor, depth: number): void {
  const head = cursor.byte()
  const length = head >> 4 === 15 ? cursor.varint() : head >> 4
  const left = cursor.view.byteLength - cursor.offset
  // Each element has at least one byte.
  if (length < 0 || length > left)
    throw new Error(`a list claims ${length >>> 0} elements where ${left} bytes are left`)
  const type = head & 15
  const element = type === TYPE.true || type === TYPE.false ? TYPE.byte : type
  for (let i = 0; i < length; i++) {
    cursor.count()
    skipValue(cursor, element, depth + 1)
  }
}
