import { bytesOf } from '@treadle/image'
import type { ImageSource } from './source.ts'

/** The bytes of an image file. */
export const bytes: ImageSource<Uint8Array | ArrayBuffer> = {
  matches: (input) => bytesOf(input) !== undefined,
  open: (input) => ({ kind: 'file', file: { bytes: bytesOf(input) as Uint8Array } }),
}
