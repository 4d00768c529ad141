import { zlibSync } from 'fflate'
import { type Picture, checkBytes } from '../picture.ts'
import { SIGNATURE } from './chunks.ts'
import { concatenate } from './concatenate.ts'
import { crc32 } from './crc32.ts'
import { filterRow } from './filter.ts'

const colourTypes = { 1: 0, 2: 4, 3: 2, 4: 6 } as const

/**
 * Encodes a picture as PNG: 8 bits, not interlaced, the same bytes on every platform.
 * @throws TreadleError `IMAGE_BAD_PICTURE`
 */
export function encodePng(picture: Picture): Uint8Array<ArrayBuffer> {
  checkBytes('Encoding a PNG', picture)
  const { width, height, channels, data } = picture
  const header = new Uint8Array(13)
  const view = new DataView(header.buffer)
  view.setUint32(0, width)
  view.setUint32(4, height)
  header.set([8, colourTypes[channels], 0, 0, 0], 8)
  const stride = width * channels
  const rows = new Uint8Array(height * (1 + stride))
  const blackRow = new Uint8Array(stride)
  for (let y = 0; y < height; y++) {
    const row = data.subarray(y * stride, (y + 1) * stride)
    const above = y === 0 ? blackRow : data.subarray((y - 1) * stride, y * stride)
    filterRow(row, above, channels, rows.subarray(y * (1 + stride), (y + 1) * (1 + stride)))
  }
  return concatenate([
    SIGNATURE,
    ...chunk('IHDR', header),
    ...chunk('IDAT', zlibSync(rows, { level: 3 })),
    ...chunk('IEND'),
  ])
}

function chunk(type: string, data = new Uint8Array(0)): Uint8Array[] {
  const typed = concatenate([new TextEncoder().encode(type), data])
  return [bigEndian(data.length), typed, bigEndian(crc32(typed))]
}

function bigEndian(value: number): Uint8Array {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, value)
  return bytes
}
