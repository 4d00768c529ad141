import { badImage } from '../bad-image.ts'
import { tagOf } from '../platform-type.ts'
import type { ImageSource } from './source.ts'

/** A `VideoFrame` in its display size, which remains open. */
export const videoFrame: ImageSource<VideoFrame> = {
  matches: (input) => tagOf(input) === 'VideoFrame',
  open(image) {
    if (image.codedWidth === 0) throw badImage('the VideoFrame is closed', 'Classify it before')
    const { displayWidth: width, displayHeight: height } = image
    return { kind: 'drawable', drawable: { image, width, height, name: 'the VideoFrame' } }
  },
}
