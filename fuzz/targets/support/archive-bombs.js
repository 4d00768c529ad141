import { createDeflateRaw, createGzip, crc32 } from 'node:zlib'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { npyFile, tarFile, tarHeader, together, zipFile } from './data-files.js'

const LARGE = 2 ** 28
const MANY = 2000
const piece = new Uint8Array(2 ** 20)

/** Small files that claim, or unpack to, far more than a reader may take for them. They are made in little memory. */
export async function archiveBombs() {
  const packed = new Uint8Array(await buffer(Readable.from(zeros()).pipe(createDeflateRaw({ level: 1 }))))
  let sum = 0
  for (const part of zeros()) sum = crc32(part, sum)
  const honest = { packed, size: LARGE, sum }
  const one = new Uint8Array(1)
  const many = Object.fromEntries(
    Array.from({ length: MANY }, (_, i) => [`${i % 2 ? 'a' : 'b'}/${i}.txt`, one]),
  )
  const claim = { packed: new Uint8Array(9), size: LARGE, sum: 0 }
  const labels = npyFile([4], Uint8Array.of(0, 1, 0, 1))
  const archives = {
    'large-entry.zip': zipFile({ 'a/1.png': honest, 'b/1.png': honest }),
    'wrong-size.zip': zipFile({ 'a/1.png': { ...honest, size: 100 }, 'b/1.png': honest }),
    'claim.zip': zipFile({ 'a/1.png': claim, 'b/1.png': claim }),
    'many.zip': zipFile(many),
    'large.npz': zipFile({ 'x_train.npy': honest, 'y_train.npy': labels }),
    'claim.tar': together([tarHeader('a/1.png', LARGE), new Uint8Array(1024)]),
    'many.tar': tarFile(many),
    'large-entry.tar.gz': await gzipped([tarHeader('a/1.png', LARGE)]),
    'zeros.tar.gz': await gzipped([]),
    'train.csv': wideTable(),
  }
  return [
    ...Object.entries(archives).map(([name, bytes]) => ({ name, bytes, alone: true })),
    {
      name: 'x_train.npy',
      bytes: npyFile([2 ** 40, 28, 28], new Uint8Array(64)),
      others: { 'y_train.npy': labels },
    },
  ]
}

function* zeros() {
  for (let at = 0; at < LARGE; at += piece.length) yield piece
}

async function gzipped(before) {
  const parts = Readable.from([...before, ...zeros()])
  return new Uint8Array(await buffer(parts.pipe(createGzip({ level: 1 }))))
}

/** A header of many columns, and as many empty rows. */
function wideTable() {
  const columns = 2 ** 16
  return new TextEncoder().encode(`label,${'p,'.repeat(columns - 1)}p\n${'\n'.repeat(columns)}`)
}
