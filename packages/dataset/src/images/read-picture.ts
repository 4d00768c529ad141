import { TreadleError, isTreadleError } from '@treadle/core'
import { type Picture, decodeImage, flatten } from '@treadle/image'

/**
 * Decodes an image file and composites it on `background` (0 to 255): grey (1 channel) or RGB (3).
 * @throws TreadleError `DATASET_BAD_IMAGE`, naming the file
 */
export async function readPicture(bytes: Uint8Array, name: string, background: number): Promise<Picture> {
  try {
    return flatten(await decodeImage(bytes, { name }), background)
  } catch (error) {
    throw isTreadleError(error)
      ? new TreadleError('DATASET_BAD_IMAGE', error.message, { cause: error })
      : error
  }
}
