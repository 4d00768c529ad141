import { TooManyBytes } from '../errors.ts'
import type { Picture } from '../picture.ts'
import { readChunks } from '../png/chunks.ts'
import { readHeader, samplesPerPixel } from '../png/header.ts'
import { inflate } from '../png/inflate.ts'
import { bytesOfRows, passesOf } from '../png/passes.ts'
import { pixelConversion } from '../png/pixels.ts'
import { rowReader } from '../png/rows.ts'
import { readSamples } from '../png/samples.ts'
import type { DecodeLimits, ColourRows } from './format.ts'

/**
 * Decodes a PNG (ISO/IEC 15948) of any colour type, depth, filter and interlacing to bytes.
 *
 * - Grey types give 1 channel, RGB and palettes 3; an alpha channel or tRNS chunk adds one.
 * - 1, 2, 4 and 16 bits are scaled to 0 to 255 and rounded to the nearest.
 * - gAMA, sRGB, cHRM, iCCP and sBIT are ignored: values are those that are stored.
 * - Of an animation (APNG), the picture in IDAT.
 *
 * The rows are inflated, restored and converted one after the other. Only the picture stays in memory, with 8 bits a value. The IDAT data must
 * inflate to exactly the rows that the header promises: more, fewer, a wrong Adler-32 sum and a truncated stream are
 * errors (libpng warns of the sum and of surplus rows; Pillow checks neither). Bytes after the end of the zlib stream are
 * ignored, as in libpng and Pillow. Compressed profiles and texts (iCCP, zTXt, iTXt) are never inflated.
 *
 * @throws DamagedImage, TooManyPixels, TooManyBytes
 */
export async function decodePng(
  bytes: Uint8Array,
  { maxPixels, maxBytes, openRows }: DecodeLimits,
): Promise<Picture | undefined> {
  const chunks = readChunks(bytes)
  const header = readHeader(chunks.header, maxPixels)
  const { width, height } = header
  const { channels, asStored, convertRow } = pixelConversion(header, chunks)
  const passes = passesOf(header)
  const rowBytes = bytesOfRows(passes)
  if (rowBytes > maxBytes) throw new TooManyBytes(rowBytes)
  const perPixel = samplesPerPixel[header.colourType]
  const samples = new Uint16Array(width * perPixel)
  let rows: ColourRows | undefined
  /** The picture, or one row of it. */
  let data: Uint8Array | undefined
  const readRows = rowReader(header, passes, (row, pass, y) => {
    // Only when the first row is there: a stream that is no zlib stream costs nothing.
    if (channels >= 3 && !header.interlaced && y === 0) rows = openRows?.(width, height, channels as 3 | 4)
    const stored = asStored && !header.interlaced
    if (rows && stored) return rows.add(row)
    data ??= new Uint8Array((rows ? 1 : height) * width * channels)
    const at = rows ? 0 : ((pass.top + y * pass.down) * width + pass.left) * channels
    if (stored) {
      data.set(row, at)
      return
    }
    const ofRow = samples.subarray(0, pass.width * perPixel)
    readSamples(header, row, ofRow)
    convertRow(ofRow, data, at, pass.across * channels)
    rows?.add(data)
  })
  await inflate(chunks.packed, rowBytes, readRows)
  if (rows) return undefined
  return { width, height, channels, data: data as Uint8Array }
}
