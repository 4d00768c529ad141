import { TreadleError, isTreadleError } from '@treadle/core'
import { type Picture, decodeImage } from '@treadle/image'

/** The bytes of an image file. */
export interface ImageFile {
  readonly bytes: Uint8Array
  /** For messages. Default: `the image`. */
  readonly name?: string | undefined
}

/** @throws TreadleError `MODEL_BAD_IMAGE` */
export async function decodeFile({ bytes, name }: ImageFile): Promise<Picture> {
  try {
    return await decodeImage(bytes, { name })
  } catch (error) {
    throw isTreadleError(error) ? new TreadleError('MODEL_BAD_IMAGE', error.message, { cause: error }) : error
  }
}
