import { badImage } from '../bad-image.ts'
import { tagOf } from '../platform-type.ts'
import type { ImageSource } from './source.ts'

/** An `ImageBitmap`, which remains open. */
export const imageBitmap: ImageSource<ImageBitmap> = {
  matches: (input) => tagOf(input) === 'ImageBitmap',
  open(image) {
    const { width, height } = image
    if (width === 0 || height === 0)
      throw badImage('the ImageBitmap is closed or was transferred', 'Classify it before')
    return { kind: 'drawable', drawable: { image, width, height, name: 'the ImageBitmap' } }
  },
}
