import { blob } from './blob.ts'
import { canvas } from './canvas.ts'
import { imageBitmap } from './image-bitmap.ts'
import { imageData } from './image-data.ts'
import { imageElement } from './image-element.ts'
import { response } from './response.ts'
import type { ImageSource } from './source.ts'
import { url } from './url.ts'
import { videoElement } from './video-element.ts'
import { videoFrame } from './video-frame.ts'

/** The kinds of objects that hold an image, besides bytes and pixels. The first that matches is used. */
export const sources: readonly ImageSource<never>[] = [
  imageData,
  response,
  url,
  blob,
  imageBitmap,
  videoFrame,
  canvas,
  imageElement,
  videoElement,
]
