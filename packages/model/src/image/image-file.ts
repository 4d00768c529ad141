import { TreadleError, isTreadleError } from '@treadle/core'
import { type DecoderBinaries, type Picture, decodeImage } from '@treadle/image'

/** The bytes of an image file. */
export interface ImageFile {
  readonly bytes: Uint8Array
  /** For messages. Default: `the image`. */
  readonly name?: string | undefined
}

/** @throws TreadleError `MODEL_BAD_IMAGE`, `IMAGE_DECODER_UNREADABLE` */
export async function decodeFile({ bytes, name }: ImageFile, binaries?: DecoderBinaries): Promise<Picture> {
  try {
    return await decodeImage(bytes, { name, binaries })
  } catch (error) {
    throw asBadImage(error)
  }
}

/** An error of `@treadle/image` about a file, as an error of the image. */
export function asBadImage(error: unknown): unknown {
  if (!isTreadleError(error) || !/^IMAGE_(?!DECODER_UNREADABLE)/.test(error.code)) return error
  return new TreadleError('MODEL_BAD_IMAGE', error.message, { cause: error })
}
