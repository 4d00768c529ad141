import { badImage } from '../bad-image.ts'
import { tagOf } from '../platform-type.ts'
import type { ImageSource } from './source.ts'

/** The present frame of a `<video>`, such as a webcam's. */
export const videoElement: ImageSource<HTMLVideoElement> = {
  matches: (input) => tagOf(input) === 'HTMLVideoElement',
  open(image) {
    const { videoWidth: width, videoHeight: height } = image
    if (image.readyState < 2 || width === 0)
      throw badImage('the <video> has no frame yet', 'Await its event `loadeddata` first')
    return { kind: 'drawable', drawable: { image, width, height, name: 'the <video>' } }
  },
}
