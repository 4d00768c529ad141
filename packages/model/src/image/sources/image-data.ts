import { badImage } from '../bad-image.ts'
import { undrawable } from '../drawable.ts'
import { tagOf } from '../platform-type.ts'
import type { ImageSource } from './source.ts'

/** An `ImageData` of another colour space or of halves, which the browser converts to sRGB in bytes. */
export const imageData: ImageSource<ImageData> = {
  matches: (input) => tagOf(input) === 'ImageData',
  async open(input) {
    const { width, height } = input
    if (input.data.length === 0) throw badImage('the ImageData was transferred', 'Classify it before')
    try {
      const image = await createImageBitmap(input)
      return { kind: 'drawable', drawable: { image, width, height, name: 'the ImageData' } }
    } catch (error) {
      throw undrawable('the ImageData', error)
    }
  },
}
