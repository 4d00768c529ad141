import { type PictureValues, blank, kindOf } from '../picture.ts'
import type { Order } from './message.ts'

/** Values that are copied without a pause. This takes about 2 ms. */
const AT_ONCE = 2 ** 21

/** Whether sending an image to a worker, which copies it, would take long. */
export const isLarge = ({ image }: Order): boolean => valuesOf(image).length > AT_ONCE

/**
 * Copies an image in parts, between which the calling thread does other work.
 * @returns the copy, and its memory to hand over with it
 */
export async function copyOf({ image }: Order): Promise<[Order['image'], ArrayBuffer]> {
  const values = valuesOf(image)
  const copy = blank(kindOf(values), values.length)
  for (let at = 0; at < values.length; at += AT_ONCE) {
    copy.set(values.subarray(at, at + AT_ONCE), at)
    await new Promise((resolve) => setTimeout(resolve))
  }
  const own = 'bytes' in image ? { bytes: copy as Uint8Array } : { picture: { ...image.picture, data: copy } }
  return [own, copy.buffer as ArrayBuffer]
}

const valuesOf = (image: Order['image']): PictureValues =>
  'bytes' in image ? image.bytes : image.picture.data
