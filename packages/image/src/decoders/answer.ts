import { isTreadleError } from '@treadle/core'
import { prepareFile } from '../prepare-file.ts'
import type { Answer, Order } from './message.ts'

/** Works on an order in a worker. @returns the answer, and the memory to hand over with it */
export async function answerTo({ bytes, options }: Order): Promise<[Answer, ArrayBuffer[]]> {
  try {
    const prepared = await prepareFile(bytes, options)
    const { buffer, byteLength } = prepared.data
    // A part of a larger array is copied.
    return [{ prepared }, buffer.byteLength === byteLength ? [buffer as ArrayBuffer] : []]
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return [{ message, code: isTreadleError(error) ? error.code : undefined }, []]
  }
}
