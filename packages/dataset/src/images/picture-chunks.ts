import { TreadleError } from '@treadle/core'
import { abortable, concat } from '../bytes.ts'
import type { DataFile } from '../data-file.ts'

/** Bytes that a file may have whatever its picture: profiles, texts and previews among them. */
const SMALL = 2 ** 23
/** Bytes for each pixel that its header states: four values of 16 bits. */
const BYTES_FOR_PIXEL = 8
/** Where a header is looked for. */
const HEAD = 2 ** 22

/**
 * The bytes of an image file, as far as a picture of its size can need them. So a small entry of an archive that unpacks to
 * gigabytes takes no memory for them.
 * @throws TreadleError `IMAGE_TOO_LARGE`
 */
export async function* pictureChunks(file: DataFile): AsyncGenerator<Uint8Array, void, void> {
  const head: Uint8Array[] = []
  let size = 0
  let most = SMALL
  for await (const chunk of abortable(file.stream(), file.name, undefined)) {
    if (size < HEAD) head.push(chunk.slice(0, HEAD))
    size += chunk.length
    if (size > most && most === SMALL) {
      // Loaded on first use: few files are so large.
      const { declaredPixels } = await import('@treadle/image/decoders')
      most += BYTES_FOR_PIXEL * (declaredPixels(concat(head)) ?? 0)
    }
    if (size > most)
      throw new TreadleError(
        'IMAGE_TOO_LARGE',
        `Reading ${file.name}: it has more than ${most} bytes, and no picture of the size that its header states needs so many. Save the image again.`,
      )
    yield chunk
  }
}
