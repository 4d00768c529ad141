import type { Picture } from '../picture.ts'
import { readChunks } from '../png/chunks.ts'
import { readHeader, samplesPerPixel } from '../png/header.ts'
import { inflate } from '../png/inflate.ts'
import { bytesOfRows, passesOf } from '../png/passes.ts'
import { pixelConversion } from '../png/pixels.ts'
import { rowReader } from '../png/rows.ts'
import { readSamples } from '../png/samples.ts'
import type { DecodeLimits } from './format.ts'

/**
 * Decodes a PNG (ISO/IEC 15948) of any colour type, depth, filter and interlacing to bytes.
 *
 * - Grey types give 1 channel, RGB and palettes 3; an alpha channel or tRNS chunk adds one.
 * - 1, 2, 4 and 16 bits are scaled to 0 to 255 and rounded to the nearest.
 * - gAMA, sRGB, cHRM, iCCP and sBIT are ignored: values are those that are stored.
 * - Of an animation (APNG), the picture in IDAT.
 *
 * @throws DamagedImage, TooManyPixels
 */
export function decodePng(bytes: Uint8Array, { maxPixels }: DecodeLimits): Picture {
  const chunks = readChunks(bytes)
  const header = readHeader(chunks.header, maxPixels)
  const { width, height } = header
  const { channels, asStored, convert } = pixelConversion(header, chunks)
  const passes = passesOf(header)
  const perPixel = samplesPerPixel[header.colourType]
  const samples = new Uint16Array(width * perPixel)
  let data: Uint8Array | undefined
  const readRows = rowReader(header, passes, (row, pass, y) => {
    // Only when the first row is there: a stream that is no zlib stream costs nothing.
    data ??= new Uint8Array(width * height * channels)
    let at = ((pass.top + y * pass.down) * width + pass.left) * channels
    if (asStored && !header.interlaced) {
      data.set(row, at)
      return
    }
    readSamples(header, row, samples.subarray(0, pass.width * perPixel))
    for (let x = 0; x < pass.width; x++, at += pass.across * channels)
      convert(samples, x * perPixel, data, at)
  })
  inflate(chunks.packed, bytesOfRows(passes), readRows)
  return { width, height, channels, data: data as Uint8Array }
}
