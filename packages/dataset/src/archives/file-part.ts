import { TreadleError } from '@treadle/core'
import type { DataFile, RandomAccess } from '../data-file.ts'

const BLOCK_BYTES = 2 ** 18

/** Where bytes are in a file. */
export interface Place {
  readonly start: number
  readonly length: number
}

/** Bytes of a file. @throws TreadleError `DATASET_UNREADABLE` for a file that was cut since */
export async function readPart(
  access: RandomAccess,
  { start, length }: Place,
  name: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length)
  if ((await access.read(start, bytes)) < length)
    throw new TreadleError(
      'DATASET_UNREADABLE',
      `Reading ${name}: the file has become shorter. Do not change it while it is read.`,
    )
  return bytes
}

/** A part of a file as a file of its own, which is read when it is needed. */
export function partFile(access: RandomAccess, { start, length }: Place, name: string): DataFile {
  return {
    name,
    path: name,
    size: async () => length,
    async *stream() {
      for (let at = 0; at < length; at += BLOCK_BYTES) {
        const part = { start: start + at, length: Math.min(BLOCK_BYTES, length - at) }
        yield await readPart(access, part, name)
      }
    },
  }
}
