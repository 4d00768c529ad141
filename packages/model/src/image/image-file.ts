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
    if (!isTreadleError(error) || error.code === 'IMAGE_DECODER_UNREADABLE') throw error
    throw new TreadleError('MODEL_BAD_IMAGE', error.message, { cause: error })
  }
}
