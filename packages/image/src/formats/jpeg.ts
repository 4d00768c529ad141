import { cmykToRgb } from '../jpeg/cmyk.ts'
import { readJpegHeader } from '../jpeg/header.ts'
import { decodeLines } from '../jpeg/libjpeg.ts'
import { orient, uprightRows } from '../orient.ts'
import type { Picture } from '../picture.ts'
import type { DecodeLimits } from './format.ts'

/**
 * Decodes a JPEG: baseline or progressive, grey, YCbCr, RGB, CMYK or YCCK, 8 bits.
 *
 * - Grey files give 1 channel, all others 3.
 * - The EXIF orientation is applied: the result is upright.
 * - A truncated file, or one with faulty codes, is an error.
 *
 * The pixels are those of libjpeg-turbo, and of CMYK files those of Pillow.
 *
 * @throws DamagedImage, TooManyPixels
 */
export async function decodeJpeg(
  bytes: Uint8Array,
  { maxPixels, binaries, openRows }: DecodeLimits,
): Promise<Picture | undefined> {
  const header = readJpegHeader(bytes, maxPixels)
  const { width, height, components, orientation } = header
  const channels = components === 1 ? 1 : 3
  const [uprightWidth, uprightHeight] = orientation >= 5 ? [height, width] : [width, height]
  const rows = channels === 3 ? openRows?.(uprightWidth, uprightHeight, 3) : undefined
  const decode = (take: (lines: Uint8Array) => void) =>
    decodeLines(bytes, header, binaries?.jpeg, (lines) => take(components === 4 ? cmykToRgb(lines) : lines))
  if (rows && orientation === 1) {
    await decode((lines) => rows.add(lines))
    return undefined
  }
  const data = new Uint8Array(width * height * channels)
  let at = 0
  await decode((lines) => {
    data.set(lines, at)
    at += lines.length
  })
  const stored: Picture = { width, height, channels, data }
  if (!rows) return orient(stored, orientation)
  uprightRows(stored, orientation, (lines) => rows.add(lines))
  return undefined
}
