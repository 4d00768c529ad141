import { Slice, SplitV, backend_util, slice_util, util } from '@tensorflow/tfjs-core'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import { copyRows } from './copy-rows.ts'
import { defineKernel, runKernel, runStock } from './kernel.ts'
import type { KernelCall } from './kernel.ts'

/**
 * The part of `x` with shape `size` that starts at `begin`. The stock kernel first copies all of `x`, even if `x` is a data
 * set and the part is one batch.
 */
export const slice = defineKernel(
  Slice,
  ({
    inputs,
    attrs,
    backend,
  }: KernelCall<{ x: TensorInfo }, { begin: number | number[]; size: number | number[] }>) => {
    const { x } = inputs
    if (x.dtype === 'string') return runStock(Slice, backend, inputs, attrs)
    const [begin, size] = slice_util.parseSliceParams(x, attrs.begin, attrs.size) as [number[], number[]]
    slice_util.assertParamsValid(x, begin, size)
    const out = backend.makeOutput(size, x.dtype)
    if (util.sizeFromShape(size) === 0) return out
    // Dimensions from `whole` on are copied whole. Together with the dimension before, they form one run of memory.
    let whole = x.shape.length
    while (whole > 0 && size[whole - 1] === x.shape[whole - 1]) whole--
    const row = Math.max(whole - 1, 0)
    const inner = util.sizeFromShape(x.shape.slice(row + 1))
    const width = (size[row] ?? 1) * inner
    const stride = (x.shape[row] ?? 1) * inner
    const rows = size[row - 1] ?? 1
    const from = backend.words(x)
    const to = backend.words(out)
    const rowStrides = util.computeStrides([...x.shape.slice(0, row), stride])
    const outer = size.slice(0, Math.max(row - 1, 0))
    for (let block = 0; block < util.sizeFromShape(outer); block++) {
      const index = util.indexToLoc(block, outer.length, util.computeStrides(outer))
      const start = begin
        .slice(0, row)
        .reduce((sum, first, i) => sum + (first + (index[i] ?? 0)) * (rowStrides[i] ?? 1), 0)
      const at = start + (begin[row] ?? 0) * inner
      copyRows(
        { values: from, at, stride },
        { values: to, at: block * rows * width, stride: width },
        rows,
        width,
      )
    }
    return out
  },
)

/** Splits `x` along one axis. */
export const splitV = defineKernel(
  SplitV,
  ({
    inputs: { x },
    attrs,
    backend,
  }: KernelCall<{ x: TensorInfo }, { numOrSizeSplits: number | number[]; axis: number }>) => {
    const axis = util.parseAxisParam(attrs.axis, x.shape)[0] as number
    const pieces = backend_util.prepareSplitSize(x, attrs.numOrSizeSplits, axis)
    const begin = x.shape.map(() => 0)
    return pieces.map((piece) => {
      const size = x.shape.with(axis, piece)
      const part = runKernel(Slice, backend, { x }, { begin: [...begin], size })
      begin[axis] = (begin[axis] as number) + piece
      return part
    })
  },
)
