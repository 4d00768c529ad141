import { maskedCrc32c } from './crc32c.ts'

/** Length (8 bytes) and its checksum before the data, the checksum of the data after it. */
const HEAD = 12
const TAIL = 4

/** A TFRecord: little-endian length, masked CRC-32C of the length, data, masked CRC-32C of the data. */
export function encodeRecord(data: Uint8Array): Uint8Array {
  const record = new Uint8Array(HEAD + data.length + TAIL)
  const view = new DataView(record.buffer)
  view.setBigUint64(0, BigInt(data.length), true)
  view.setUint32(8, maskedCrc32c(record.subarray(0, 8)), true)
  record.set(data, HEAD)
  view.setUint32(HEAD + data.length, maskedCrc32c(data), true)
  return record
}

/** The data of the records in a file, up to the first one that is cut short or damaged. */
export function* decodeRecords(file: Uint8Array): Generator<Uint8Array> {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  let at = 0
  while (at + HEAD <= file.length) {
    const length = view.getBigUint64(at, true)
    if (view.getUint32(at + 8, true) !== maskedCrc32c(file.subarray(at, at + 8))) return
    if (length > BigInt(file.length - at - HEAD - TAIL)) return
    const end = at + HEAD + Number(length)
    const data = file.subarray(at + HEAD, end)
    if (view.getUint32(end, true) !== maskedCrc32c(data)) return
    yield data
    at = end + TAIL
  }
}
