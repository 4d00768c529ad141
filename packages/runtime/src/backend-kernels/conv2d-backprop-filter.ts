import { Conv2DBackpropFilter } from '@tensorflow/tfjs-core'
import type { TensorInfo, backend_util } from '@tensorflow/tfjs-core'
import { convInfo } from './conv-info.ts'
import type { ConvAttributes } from './conv-info.ts'
import { defineKernel } from './kernel.ts'
import type { KernelCall } from './kernel.ts'
import { plainProduct } from './matrix-products.ts'

/** Maximum number of elements of the patch matrix in memory: 4 MiB. */
const PATCH_ELEMENTS = 2 ** 20

/**
 * The gradient of a convolution's filter, [height, width, channels, outputs]: patchesᵀ · dy. A row of `patches` holds the
 * input values under the filter for one output pixel. The stock backend has no such kernel.
 *
 * patchesᵀ has one row for each weight of one output. It is computed for as many filter positions at a time as fit.
 */
export const conv2dBackpropFilter = defineKernel(
  Conv2DBackpropFilter,
  ({ inputs: { x, dy }, attrs, backend }: KernelCall<Inputs, ConvAttributes & { filterShape: number[] }>) => {
    const info = convInfo('Conv2DBackpropFilter', x.shape, attrs.filterShape, attrs, false)
    const { filterHeight, filterWidth, inChannels, outChannels, batchSize, outHeight, outWidth } = info
    const out = backend.makeOutput([...attrs.filterShape], 'float32')
    const positions = filterHeight * filterWidth
    const pixels = batchSize * outHeight * outWidth
    if (pixels === 0 || positions * inChannels * outChannels === 0) {
      backend.floats(out).fill(0)
      return out
    }
    const atOnce = Math.max(1, Math.min(positions, Math.floor(PATCH_ELEMENTS / (inChannels * pixels))))
    const patches = backend.makeOutput([atOnce * inChannels, pixels], 'float32')
    for (let from = 0; from < positions; from += atOnce) {
      const to = Math.min(from + atOnce, positions)
      const rows = (to - from) * inChannels
      gatherPatches(backend.floats(x), backend.floats(patches), info, from, to)
      const a = backend.alias(backend.address(patches), rows * pixels)
      const c = backend.alias(backend.address(out) + 4 * from * inChannels * outChannels, rows * outChannels)
      plainProduct(backend, a, backend.id(dy), c, rows, pixels, outChannels)
      backend.dropAlias(a)
      backend.dropAlias(c)
    }
    backend.disposeData(patches.dataId)
    return out
  },
)

interface Inputs {
  x: TensorInfo
  dy: TensorInfo
}

/** Writes patchesᵀ, [(to − from) · channels, batch · outHeight · outWidth], for filter positions `from` to `to`. */
function gatherPatches(
  x: Float32Array,
  patches: Float32Array,
  info: backend_util.Conv2DInfo,
  from: number,
  to: number,
): void {
  const { inChannels, inHeight, inWidth, outHeight, outWidth, batchSize, strideHeight, strideWidth } = info
  let at = 0
  for (let position = from; position < to; position++) {
    const row = Math.floor(position / info.filterWidth) * info.dilationHeight - info.padInfo.top
    const column = (position % info.filterWidth) * info.dilationWidth - info.padInfo.left
    for (let channel = 0; channel < inChannels; channel++) {
      for (let image = 0; image < batchSize; image++) {
        for (let outY = 0; outY < outHeight; outY++) {
          const y = outY * strideHeight + row
          const line = (image * inHeight + y) * inWidth
          if (y < 0 || y >= inHeight) {
            patches.fill(0, at, (at += outWidth))
            continue
          }
          for (let outX = 0, pixel = column; outX < outWidth; outX++, pixel += strideWidth, at++) {
            patches[at] =
              pixel < 0 || pixel >= inWidth ? 0 : (x[(line + pixel) * inChannels + channel] as number)
          }
        }
      }
    }
  }
}
