import { Concat, backend_util, util } from '@tensorflow/tfjs-core'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import { copyRows } from './copy-rows.ts'
import { defineKernel, runStock } from './kernel.ts'
import type { KernelCall } from './kernel.ts'

/** Concatenates tensors along an axis. */
export const concat = defineKernel(
  Concat,
  ({ inputs, attrs, backend }: KernelCall<TensorInfo[], { axis: number }>) => {
    const tensors = Object.values(inputs)
    const first = tensors[0] as TensorInfo
    if (first.dtype === 'string') return runStock(Concat, backend, inputs as never, attrs)
    const axis = util.parseAxisParam(attrs.axis, first.shape)[0] as number
    const shapes = tensors.map(({ shape }) => shape)
    backend_util.assertParamsConsistent(shapes, axis)
    const shape = backend_util.computeOutShape(shapes, axis)
    const out = backend.makeOutput(shape, first.dtype)
    const rows = util.sizeFromShape(shape.slice(0, axis))
    const to = { values: backend.words(out), at: 0, stride: util.sizeFromShape(shape.slice(axis)) }
    for (const tensor of tensors) {
      const width = util.sizeFromShape(tensor.shape.slice(axis))
      if (rows * width > 0) copyRows({ values: backend.words(tensor), at: 0, stride: width }, to, rows, width)
      to.at += width
    }
    return out
  },
)
