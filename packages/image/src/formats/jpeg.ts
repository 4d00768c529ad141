import { GreyPlane } from '../grey-plane.ts'
import { cmykToRgb } from '../jpeg/cmyk.ts'
import { readJpegHeader } from '../jpeg/header.ts'
import { decodeLines } from '../jpeg/libjpeg.ts'
import { orient } from '../orient.ts'
import type { Picture, PictureValues } from '../picture.ts'
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
  { maxPixels, binaries, grey }: DecodeLimits,
): Promise<Picture<PictureValues>> {
  const header = readJpegHeader(bytes, maxPixels)
  const { width, height, components, orientation } = header
  if (grey !== undefined && components === 3 && orientation === 1) {
    const plane = new GreyPlane(width, height, grey)
    await decodeLines(bytes, header, binaries?.jpeg, (rows) => plane.add(rows))
    return plane.picture
  }
  const channels = components === 1 ? 1 : 3
  const data = new Uint8Array(width * height * channels)
  let at = 0
  await decodeLines(bytes, header, binaries?.jpeg, (rows) => {
    if (components === 4) cmykToRgb(rows, data, at)
    else data.set(rows, at)
    at += (rows.length / components) * channels
  })
  return orient({ width, height, channels, data }, orientation)
}
