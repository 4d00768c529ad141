import mozjpeg from '@jsquash/jpeg/codec/dec/mozjpeg_dec.js'
import { Codec } from '../codec.ts'
import type { DecoderBinary } from '../decoder-binaries.ts'
import { damaged } from '../errors.ts'
import { type JpegHeader, readJpegHeader } from '../jpeg/header.ts'
import { orient } from '../orient.ts'
import type { Picture } from '../picture.ts'
import { greyOf, rgbOf } from '../rgba.ts'
import type { DecodeLimits } from './format.ts'

const codec = new Codec('jpeg', mozjpeg)

/** Warnings of libjpeg that leave no pixel wrong: bytes between segments, which some cameras write. */
const harmless = /extraneous bytes before marker/

/**
 * Decodes a JPEG: baseline or progressive, grey, YCbCr, RGB, CMYK or YCCK, 8 bits.
 *
 * - Grey files give 1 channel, all others 3.
 * - The EXIF orientation is applied: the result is upright.
 * - A truncated file, or one with faulty codes, is an error.
 *
 * Grey and colour files have the pixels of libjpeg-turbo (Pillow); files of four components are within 2 of them.
 *
 * @throws DamagedImage, TooManyPixels
 */
export async function decodeJpeg(bytes: Uint8Array, { maxPixels, binaries }: DecodeLimits): Promise<Picture> {
  const header = readJpegHeader(bytes, maxPixels)
  const picture = await (header.components === 4
    ? decodeFour(bytes, header)
    : decodeColour(bytes, header, binaries?.jpeg))
  return orient(picture, header.orientation)
}

async function decodeFour(bytes: Uint8Array, header: JpegHeader): Promise<Picture> {
  const { decodeCmyk } = await import('../jpeg/cmyk.ts')
  return decodeCmyk(bytes, header)
}

async function decodeColour(
  bytes: Uint8Array,
  { width, height, components }: JpegHeader,
  binary: DecoderBinary | undefined,
): Promise<Picture> {
  const channels = components === 1 ? 1 : 3
  const pack = channels === 1 ? greyOf : rgbOf
  const decoded = await codec.decode(bytes, width * height, binary, pack, false)
  const fault = decoded.messages.find((message) => !harmless.test(message))
  if (fault !== undefined) throw damaged(fault)
  if (decoded.width !== width || decoded.height !== height) throw damaged('its size changes within the file')
  return { width, height, channels, data: decoded.data }
}
