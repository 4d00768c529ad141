import { readJpegHeader } from '../jpeg/header.ts'
import { decodeLines } from '../jpeg/libjpeg.ts'
import { orient } from '../orient.ts'
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
export async function decodeJpeg(bytes: Uint8Array, { maxPixels, binaries }: DecodeLimits): Promise<Picture> {
  const header = readJpegHeader(bytes, maxPixels)
  const { width, height, orientation } = header
  const data = await decodeLines(bytes, header, binaries?.jpeg)
  return orient({ width, height, channels: header.components === 1 ? 1 : 3, data }, orientation)
}
