import { crc32, deflateRawSync } from 'node:zlib'

const ascii = (text) => new TextEncoder().encode(text)

/** Bytes of the parts, also of large ones. */
export const together = (parts) => new Uint8Array(Buffer.concat(parts))

/** An IDX file of bytes. */
export function idxFile(shape, data) {
  const header = Buffer.from([0, 0, 8, shape.length, ...shape.flatMap(() => [0, 0, 0, 0])])
  shape.forEach((side, i) => header.writeUInt32BE(side, 4 + 4 * i))
  return together([header, data])
}

/** A `.npy` file of bytes. */
export function npyFile(shape, data) {
  const text = `{'descr': '|u1', 'fortran_order': False, 'shape': (${shape.join(', ')},), }`
  const header = ascii(`${text.padEnd(117)}\n`)
  return together([Uint8Array.of(0x93), ascii('NUMPY'), Uint8Array.of(1, 0, header.length, 0), header, data])
}

/** A zip archive of files in memory, or of `{ packed, size, sum }`. */
export function zipFile(files) {
  const locals = []
  const central = []
  let at = 0
  for (const [name, file] of Object.entries(files)) {
    const { packed, size, sum } =
      file instanceof Uint8Array
        ? { packed: deflateRawSync(file), size: file.length, sum: crc32(file) }
        : file
    const fields = Buffer.alloc(26)
    fields.writeUInt16LE(20, 0)
    fields.writeUInt16LE(8, 4)
    fields.writeUInt32LE(sum, 10)
    fields.writeUInt32LE(packed.length, 14)
    fields.writeUInt32LE(size, 18)
    fields.writeUInt16LE(name.length, 22)
    const rest = Buffer.alloc(14)
    rest.writeUInt32LE(at, 10)
    locals.push(ascii('PK\x03\x04'), fields, ascii(name), packed)
    central.push(ascii('PK\x01\x02'), Uint8Array.of(20, 0), fields, rest, ascii(name))
    at += 30 + name.length + packed.length
  }
  const length = central.reduce((sum, part) => sum + part.length, 0)
  const end = Buffer.alloc(18)
  const count = Object.keys(files).length
  end.writeUInt16LE(count, 4)
  end.writeUInt16LE(count, 6)
  end.writeUInt32LE(length, 8)
  end.writeUInt32LE(at, 12)
  return together([...locals, ...central, ascii('PK\x05\x06'), end])
}

/** The header of a file in a tar archive. */
export function tarHeader(name, size) {
  const header = Buffer.alloc(512)
  header.write(name)
  header.write('0000644\0', 100)
  header.write(`${size.toString(8).padStart(11, '0')}\0`, 124)
  header.write('00000000000\0', 136)
  header.write('        ', 148)
  header.write('0', 156)
  header.write('ustar\x0000', 257)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return header
}

/** A tar archive of files in memory. */
export function tarFile(files) {
  const parts = Object.entries(files).flatMap(([name, bytes]) => [
    tarHeader(name, bytes.length),
    bytes,
    new Uint8Array((512 - (bytes.length % 512)) % 512),
  ])
  return together([...parts, new Uint8Array(1024)])
}
