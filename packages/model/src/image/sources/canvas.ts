import { tagOf } from '../platform-type.ts'
import type { ImageSource } from './source.ts'

/** A canvas of the page or an `OffscreenCanvas`, with any context or none. */
export const canvas: ImageSource<HTMLCanvasElement | OffscreenCanvas> = {
  matches: (input) => ['HTMLCanvasElement', 'OffscreenCanvas'].includes(tagOf(input)),
  open(image) {
    const { width, height } = image
    return { kind: 'drawable', drawable: { image, width, height, name: 'the canvas' } }
  },
}
