import { type BmpHeader, readBmpHeader } from '../bmp/header.ts'
import { unpackRunLengths } from '../bmp/run-lengths.ts'
import { damaged } from '../errors.ts'
import type { Picture } from '../picture.ts'
import type { DecodeLimits } from './format.ts'

/**
 * Decodes a Windows bitmap: 1, 4, 8, 16, 24 or 32 bits, palettes, bit masks, RLE4 and RLE8, stored upwards or downwards.
 *
 * - RGB, 3 channels; 4 where a mask gives alpha bits. The fourth byte of plain 32 bits is ignored, as in Windows.
 * - Samples of fewer than 8 bits are scaled to 0 to 255 and rounded to the nearest.
 *
 * @throws DamagedImage, TooManyPixels
 */
export function decodeBmp(bytes: Uint8Array, { maxPixels, openRows }: DecodeLimits): Picture | undefined {
  const header = readBmpHeader(bytes, maxPixels)
  const { width, height, topDown, bits, offset } = header
  if (offset < 14 || offset > bytes.length) throw damaged(`its pixels begin at byte ${offset}`)
  const channels = header.masks[3] === 0 ? 3 : 4
  const readRow = rowReader(bytes.subarray(offset), header)
  const storedRow = (y: number) => (topDown ? y : height - 1 - y)
  const rows = channels === 3 ? openRows?.(width, height, 3) : undefined
  if (rows) {
    const row = new Uint8Array(width * 3)
    for (let y = 0; y < height; y++) {
      readRow(storedRow(y), row)
      rows.add(row)
    }
    return undefined
  }
  const data = new Uint8Array(width * height * channels)
  for (let y = 0; y < height; y++)
    readRow(storedRow(y), data.subarray(y * width * channels, (y + 1) * width * channels))
  return { width, height, channels: bits <= 8 ? 3 : channels, data }
}

/** Writes a stored row as RGB or RGBA. */
type RowReader = (row: number, into: Uint8Array) => void

function rowReader(packed: Uint8Array, header: BmpHeader): RowReader {
  const { width, height, bits, coding } = header
  const colour = paletteReader(header)
  if (coding === 'rle4' || coding === 'rle8') {
    const indices = unpackRunLengths(packed, { width, height, bits: bits as 4 | 8 })
    return (row, into) => {
      for (let x = 0; x < width; x++) colour(indices[row * width + x] as number, into, x * 3)
    }
  }
  // Rows are padded to four bytes.
  const stride = Math.ceil((width * bits) / 32) * 4
  if (packed.length < stride * (height - 1) + Math.ceil((width * bits) / 8))
    throw damaged(`it has ${packed.length} bytes of pixels and needs ${stride * height}`)
  if (bits <= 8) {
    const perByte = 8 / bits
    const mask = (1 << bits) - 1
    return (row, into) => {
      for (let x = 0; x < width; x++) {
        const byte = packed[row * stride + Math.floor(x / perByte)] as number
        colour((byte >> (8 - bits * ((x % perByte) + 1))) & mask, into, x * 3)
      }
    }
  }
  if (bits === 24) {
    return (row, into) => {
      for (let x = 0, at = row * stride; x < width; x++, at += 3)
        for (let c = 0; c < 3; c++) into[x * 3 + c] = packed[at + 2 - c] as number
    }
  }
  return maskedRows(packed, stride, header)
}

function paletteReader({
  palette,
  paletteStride,
}: BmpHeader): (index: number, into: Uint8Array, at: number) => void {
  const colours = palette.length / paletteStride
  return (index, into, at) => {
    if (index >= colours) throw damaged(`a pixel has colour ${index} of a palette of ${colours}`)
    for (let c = 0; c < 3; c++) into[at + c] = palette[index * paletteStride + 2 - c] as number
  }
}

function maskedRows(packed: Uint8Array, stride: number, { width, bits, masks }: BmpHeader): RowReader {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength)
  const parts = masks
    .filter((mask) => mask !== 0)
    .map((mask) => {
      const shift = 31 - Math.clz32(mask & -mask)
      return { mask, shift, most: mask >>> shift }
    })
  return (row, into) => {
    let at = 0
    for (let x = 0; x < width; x++) {
      const from = row * stride + x * (bits / 8)
      const pixel = bits === 16 ? view.getUint16(from, true) : view.getUint32(from, true)
      for (const { mask, shift, most } of parts)
        into[at++] = Math.floor((((pixel & mask) >>> shift) * 255) / most + 0.5)
    }
  }
}
