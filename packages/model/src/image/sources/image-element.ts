import { badImage } from '../bad-image.ts'
import { tagOf } from '../platform-type.ts'
import type { ImageSource } from './source.ts'

/** An `<img>` that is loaded, in the size and the orientation of its file. The browser has decoded it. */
export const imageElement: ImageSource<HTMLImageElement> = {
  matches: (input) => tagOf(input) === 'HTMLImageElement',
  open(image) {
    const { naturalWidth: width, naturalHeight: height } = image
    if (!image.complete || width === 0)
      throw badImage('the <img> has not loaded a picture', 'Await `image.decode()` first')
    return { kind: 'drawable', drawable: { image, width, height, name: 'the <img>' } }
  },
}
