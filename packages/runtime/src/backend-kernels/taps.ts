import type { backend_util } from '@tensorflow/tfjs-core'

/**
 * The index of the input pixel for each output pixel and each filter position, −1 for padding: shape
 * [outHeight · outWidth, filterHeight · filterWidth].
 */
export function tapsOf({
  filterHeight,
  filterWidth,
  inHeight,
  inWidth,
  outHeight,
  outWidth,
  strideHeight,
  strideWidth,
  dilationHeight,
  dilationWidth,
  padInfo,
}: backend_util.Conv2DInfo): Int32Array {
  const taps = new Int32Array(outHeight * outWidth * filterHeight * filterWidth).fill(-1)
  let at = 0
  for (let outY = 0; outY < outHeight; outY++) {
    for (let outX = 0; outX < outWidth; outX++) {
      for (let row = 0; row < filterHeight; row++) {
        const y = outY * strideHeight + row * dilationHeight - padInfo.top
        for (let column = 0; column < filterWidth; column++, at++) {
          const x = outX * strideWidth + column * dilationWidth - padInfo.left
          if (y >= 0 && y < inHeight && x >= 0 && x < inWidth) taps[at] = y * inWidth + x
        }
      }
    }
  }
  return taps
}
