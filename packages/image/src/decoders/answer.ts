import { isTreadleError } from '@treadle/core'
import { prepareFile, preparePicture } from '../prepare-file.ts'
import type { PreparedFile } from '../prepared-file.ts'
import type { Answer, Order } from './message.ts'

/** Prepares the image of an order. @throws TreadleError what `prepareFile` throws */
export async function prepareImage({ image, options }: Order): Promise<PreparedFile> {
  return 'bytes' in image ? prepareFile(image.bytes, options) : preparePicture(image.picture, options)
}

/** Works on an order in a worker. @returns the answer, and the memory to hand over with it */
export async function answerTo(order: Order): Promise<[Answer, ArrayBuffer[]]> {
  try {
    const prepared = await prepareImage(order)
    const { buffer, byteLength } = prepared.data
    // A part of a larger array is copied.
    return [{ prepared }, buffer.byteLength === byteLength ? [buffer as ArrayBuffer] : []]
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return [{ message, code: isTreadleError(error) ? error.code : undefined }, []]
  }
}
