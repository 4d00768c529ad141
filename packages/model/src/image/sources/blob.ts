import { badImage } from '../bad-image.ts'
import type { ImageSource } from './source.ts'

/** A `Blob` or `File` of an image file. Anything with a method `arrayBuffer` will do. */
export const blob: ImageSource<Blob> = {
  matches: (input) => typeof (input as Partial<Blob>).arrayBuffer === 'function',
  async open(input) {
    // Only a `File` has a name.
    const { name } = input as Partial<File>
    try {
      return { kind: 'file', file: { bytes: new Uint8Array(await input.arrayBuffer()), name } }
    } catch (error) {
      const reason = `${name ?? 'the blob'} cannot be read (${(error as Error).message})`
      throw badImage(reason, 'The file may have been changed or removed: choose it again', error)
    }
  },
}
