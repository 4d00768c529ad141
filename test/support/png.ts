/*
 * The parts that PNG files are put together from in tests, after the specification (ISO/IEC 15948) and independent of
 * the library that reads them. Nothing is of Node.js, so that tests can use it in a browser too.
 */

export const pngSignature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)

export function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** Integers of 32 bits, most significant byte first. */
export const bytesOf32 = (...values: readonly number[]): Uint8Array =>
  Uint8Array.from(values.flatMap((value) => [value >>> 24, value >>> 16, value >>> 8, value]))

/** Integers of 16 bits, most significant byte first. */
export const bytesOf16 = (...values: readonly number[]): Uint8Array =>
  Uint8Array.from(values.flatMap((value) => [value >>> 8, value]))

/** A chunk: its length, its type, what it holds, their CRC-32. */
export function pngChunk(type: string, data: Uint8Array = new Uint8Array(0)): Uint8Array<ArrayBuffer> {
  const named = joined(new TextEncoder().encode(type), data)
  return joined(bytesOf32(data.length), named, bytesOf32(crc32(named)))
}

/** A zlib stream (RFC 1950) of stored blocks: what a decoder must take, though nothing is compressed. */
export function zlibStored(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const most = 0xffff
  const blocks = Array.from({ length: Math.max(1, Math.ceil(bytes.length / most)) }, (_, i) => {
    const block = bytes.subarray(i * most, (i + 1) * most)
    const last = (i + 1) * most >= bytes.length
    const [low, high] = [block.length & 255, block.length >> 8]
    return joined(Uint8Array.of(Number(last), low, high, ~low, ~high), block)
  })
  return joined(Uint8Array.of(0x78, 0x01), ...blocks, bytesOf32(adler32(bytes)))
}

function crc32(bytes: Uint8Array): number {
  let crc = -1
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  return ~crc >>> 0
}

function adler32(bytes: Uint8Array): number {
  let [a, b] = [1, 0]
  for (const byte of bytes) {
    a = (a + byte) % 65_521
    b = (b + a) % 65_521
  }
  return ((b << 16) | a) >>> 0
}
