import { type TreadleError, checkOptions, show } from '@treadle/core'
import { bytesOf } from './bytes-of.ts'
import { type DecoderBinaries, decoderBinaries } from './decoder-binaries.ts'
import { DamagedImage, TooManyBytes, TooManyPixels, imageError } from './errors.ts'
import type { DecodeLimits } from './formats/format.ts'
import { detectFormat, formats } from './formats/index.ts'
import { MAX_BYTES, MAX_PIXELS, type Picture } from './picture.ts'

export interface DecodeOptions {
  /** What error messages call the image. Default `the image`. */
  readonly name?: string | undefined
  /** The largest width · height that is decoded. Default 2^27. */
  readonly maxPixels?: number | undefined
  /**
   * The most bytes that the rows of a PNG may inflate to, before they become 8 bits a value. Default 5 · 2^27 (671 MB),
   * which holds every picture of 8 bits within 2^27 pixels. The other formats hold at most 4 bytes a pixel.
   */
  readonly maxBytes?: number | undefined
  /** The decoders' WebAssembly binaries, where they are not beside the files of this package. */
  readonly binaries?: DecoderBinaries | undefined
}

/** What `DecodeOptions` are, for `checkOptions`. */
export const decodeKinds = {
  name: 'string',
  maxPixels: 'number',
  maxBytes: 'number',
  binaries: decoderBinaries,
} as const

/**
 * Decodes an image file to bytes. The format is found by content. PNG of every kind is read: see `decodePng` for what
 * becomes of palettes, transparency and 16 bits. Colour profiles and gamma are not applied.
 *
 * The work is bounded by what the file's header promises, and that by the file's size, `maxPixels` and `maxBytes`.
 *
 * @throws TreadleError `IMAGE_UNSUPPORTED` (naming the format), `IMAGE_DAMAGED`, `IMAGE_TOO_LARGE`, `IMAGE_BAD_BYTES`, `IMAGE_BAD_OPTION`,
 * `IMAGE_DECODER_UNREADABLE`
 * @example
 * const { width, height, channels, data } = await decodeImage(await readFile('shirt.png'), { name: 'shirt.png' })
 */
export async function decodeImage(bytes: Uint8Array, options: DecodeOptions = {}): Promise<Picture> {
  return (await decodeAs(bytes, options)) as Picture
}

/** `decodeImage`, with `openRows` of `DecodeLimits`: undefined if the rows took the picture. */
export async function decodeAs(
  bytes: Uint8Array,
  options: DecodeOptions,
  openRows?: DecodeLimits['openRows'],
): Promise<Picture | undefined> {
  checkOptions('decodeImage', options, decodeKinds)
  const { name = 'the image', maxPixels = MAX_PIXELS, maxBytes = MAX_BYTES, binaries } = options
  const own = bytesOf(bytes)
  if (own === undefined)
    throw imageError(
      'IMAGE_BAD_BYTES',
      name,
      `its bytes must be a Uint8Array, not ${bytes === null ? 'null' : typeof bytes}.`,
    )
  for (const [option, value] of Object.entries({ maxPixels, maxBytes }))
    if (typeof value !== 'number' || !(value >= 1))
      throw imageError(
        'IMAGE_BAD_OPTION',
        name,
        `\`${option}\` (=${show(value)}) must be a number of at least 1.`,
      )
  const format = detectFormat(own)
  if (format?.load === undefined) throw unsupported(name, own, format?.name)
  const decode = await format.load()
  try {
    return await decode(own, { maxPixels, maxBytes, binaries, openRows })
  } catch (error) {
    if (error instanceof TooManyPixels)
      throw tooLarge(name, `it has ${error.width} × ${error.height} pixels, more than ${maxPixels}`)
    if (error instanceof TooManyBytes)
      throw tooLarge(name, `its rows have ${error.bytes} bytes, more than \`maxBytes\` (=${maxBytes})`)
    if (error instanceof DamagedImage)
      throw imageError(
        'IMAGE_DAMAGED',
        name,
        `its ${format.name} is damaged: ${error.message}. Save the image again.`,
      )
    throw error
  }
}

const readable = formats.filter(({ load }) => load !== undefined).map((format) => format.name)

function unsupported(name: string, bytes: Uint8Array, format: string | undefined): TreadleError {
  const what =
    format !== undefined
      ? `its content is ${format}`
      : bytes.length === 0
        ? 'it is empty'
        : 'its content is of no known image format'
  return imageError(
    'IMAGE_UNSUPPORTED',
    name,
    `${what}, and only ${readable.join(', ')} can be read. ` +
      'Convert it to PNG, or decode it yourself and pass its pixels.',
  )
}

function tooLarge(name: string, reason: string): TreadleError {
  return imageError('IMAGE_TOO_LARGE', name, `${reason}. Make it smaller.`)
}
