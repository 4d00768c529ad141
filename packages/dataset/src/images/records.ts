import { platform } from '#platform'
import type { PreparedFile } from '@treadle/image'
import type { DataFile } from '../data-file.ts'

/** A prepared picture of a list, with the number of times that the list has been read before it. */
export interface PictureRecord {
  readonly index: number
  readonly pass: number
  readonly file: PreparedFile
}

/** A record in a file: where it begins, its bytes, and the SHA-256 that it holds. */
export interface PlacedRecord extends PictureRecord {
  readonly position: number
  readonly length: number
  readonly hash: Uint8Array
}

export const HASH = 32
/** Before the text: its length in four bytes, then the SHA-256 of text and pixels. */
const HEAD = 4 + HASH
/** The text holds a few numbers. */
const LONGEST_TEXT = 1000

function sha256(...parts: readonly Uint8Array[]): string {
  const hasher = platform.sha256()
  for (const part of parts) hasher.update(part)
  return hasher.digest()
}

const hex = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

/** A picture as bytes: head, the other fields as JSON, pixels. */
export function encodeRecord({ index, pass, file }: PictureRecord): Uint8Array {
  const { data, ...fields } = file
  const pixels = data as Uint8Array
  const text = new TextEncoder().encode(JSON.stringify({ index, pass, fields, bytes: pixels.length }))
  const record = new Uint8Array(HEAD + text.length + pixels.length)
  new DataView(record.buffer).setUint32(0, text.length)
  record.set(
    Uint8Array.from(sha256(text, pixels).match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)),
    4,
  )
  record.set(text, HEAD)
  record.set(pixels, HEAD + text.length)
  return record
}

/** The hash that an encoded record holds. */
export const hashOfRecord = (record: Uint8Array): Uint8Array => record.subarray(4, HEAD)

/** The pixels of an encoded record; undefined unless it is the one with this hash, as it was written. */
export function pixelsOfRecord(record: Uint8Array, hash: Uint8Array): Uint8Array | undefined {
  if (record.length < HEAD) return undefined
  const length = new DataView(record.buffer, record.byteOffset).getUint32(0)
  const [text, pixels] = [record.subarray(HEAD, HEAD + length), record.subarray(HEAD + length)]
  return sha256(text, pixels) === hex(hash) ? pixels : undefined
}

/** The records of a file up to the first that is cut or damaged. It never holds more than one of them. */
export async function* readRecords(file: DataFile): AsyncGenerator<PlacedRecord, void, void> {
  const size = (await file.size()) ?? 0
  const chunks = file.stream()[Symbol.asyncIterator]()
  let chunk: Uint8Array = new Uint8Array(0)
  let taken = 0

  async function take(length: number): Promise<Uint8Array | undefined> {
    // A damaged length must not allocate memory.
    if (taken + length > size) return undefined
    const bytes = new Uint8Array(length)
    for (let at = 0; at < length;) {
      if (chunk.length === 0) {
        const next = await chunks.next()
        if (next.done) return undefined
        chunk = next.value
      }
      const part = chunk.subarray(0, length - at)
      bytes.set(part, at)
      at += part.length
      chunk = chunk.subarray(part.length)
    }
    taken += length
    return bytes
  }

  try {
    for (;;) {
      const position = taken
      const head = await take(HEAD)
      const length = head && new DataView(head.buffer).getUint32(0)
      const text = length === undefined || length > LONGEST_TEXT ? undefined : await take(length)
      if (!head || !text) return
      const named = parsed(text)
      const data = named && (await take(named.bytes))
      if (!named || !data || sha256(text, data) !== hex(head.subarray(4))) return
      yield {
        index: named.index,
        pass: named.pass,
        file: { ...named.fields, data },
        position,
        length: taken - position,
        hash: hashOfRecord(head),
      }
    }
  } finally {
    await chunks.return?.()
  }
}

interface Named {
  readonly index: number
  readonly pass: number
  readonly fields: Omit<PreparedFile, 'data'>
  readonly bytes: number
}

/** What the text holds, if it can be read; the hash decides later whether it is sound. */
function parsed(text: Uint8Array): Named | undefined {
  try {
    const named = JSON.parse(new TextDecoder().decode(text)) as Named | null
    return Number.isSafeInteger(named?.bytes) && named!.bytes >= 0 ? named! : undefined
  } catch {
    return undefined
  }
}
