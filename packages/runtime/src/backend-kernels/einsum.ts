import { BatchMatMul, Einsum, Sum, Transpose, backend_util } from '@tensorflow/tfjs-core'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { TreadleBackend } from '../treadle-backend.ts'
import { defineKernel, runKernel } from './kernel.ts'
import type { KernelCall } from './kernel.ts'

/**
 * Einstein summation over one or two tensors, as matrix products. The dimensions are ordered as
 * [batch, rows, summed] on the left and [batch, summed, columns] on the right, where `batch` are the shared dimensions
 * that the result keeps. The stock backend has no such kernel.
 */
export const einsum = defineKernel(
  Einsum,
  ({ inputs, attrs: { equation }, backend }: KernelCall<TensorInfo[], { equation: string }>) => {
    const tensors = Object.values(inputs)
    const { allDims, summedDims, idDims } = backend_util.decodeEinsumEquation(equation, tensors.length)
    backend_util.checkEinsumDimSizes(allDims.length, idDims, tensors as never)
    const kept = allDims.length - summedDims.length
    const made: TensorInfo[] = []
    const use = (tensor: TensorInfo): TensorInfo => {
      made.push(tensor)
      return tensor
    }
    const [left, right] = tensors.map((tensor, i) => sumOwn(backend, use, tensor, idDims, i, kept))
    let result = left as Labelled
    if (left && right) result = product(backend, use, left, right, kept)
    const inOrder = Array.from({ length: kept }, (_, label) => label)
    const out = arrange(backend, use, result, inOrder)
    // The result may be the operand itself if there was nothing to compute.
    const shared = backend.share(out.tensor)
    for (const tensor of made) backend.disposeData(tensor.dataId)
    return shared
  },
)

/** A tensor and the label of each of its dimensions. Labels below `kept` are the dimensions of the result. */
interface Labelled {
  readonly tensor: TensorInfo
  readonly labels: readonly number[]
}
type Use = (tensor: TensorInfo) => TensorInfo

/** Sums over the dimensions that are neither in the result nor in the other operand. */
function sumOwn(
  backend: TreadleBackend,
  use: Use,
  tensor: TensorInfo,
  idDims: number[][],
  i: number,
  kept: number,
): Labelled {
  const labels = idDims[i] as number[]
  const others = idDims.flatMap((dims, j) => (j === i ? [] : dims))
  const stays = (label: number): boolean => label < kept || others.includes(label)
  const axis = labels.flatMap((label, dimension) => (stays(label) ? [] : [dimension]))
  if (axis.length === 0) return { tensor, labels }
  const summed = use(runKernel(Sum, backend, { x: tensor }, { axis, keepDims: false }))
  return { tensor: summed, labels: labels.filter(stays) }
}

function product(backend: TreadleBackend, use: Use, left: Labelled, right: Labelled, kept: number): Labelled {
  const shared = left.labels.filter((label) => right.labels.includes(label))
  const batch = shared.filter((label) => label < kept)
  const summed = shared.filter((label) => label >= kept)
  const rows = left.labels.filter((label) => !shared.includes(label))
  const columns = right.labels.filter((label) => !shared.includes(label))
  const a = arrange(backend, use, left, [...batch, ...rows, ...summed])
  const b = arrange(backend, use, right, [...batch, ...summed, ...columns])
  const sizes = new Map<number, number>()
  for (const { tensor, labels } of [a, b])
    labels.forEach((label, i) => sizes.set(label, tensor.shape[i] as number))
  const size = (labels: readonly number[]): number =>
    labels.reduce((all, label) => all * (sizes.get(label) as number), 1)
  const matrices = use(
    runKernel(
      BatchMatMul,
      backend,
      {
        a: { ...a.tensor, shape: [size(batch), size(rows), size(summed)] },
        b: { ...b.tensor, shape: [size(batch), size(summed), size(columns)] },
      },
      { transposeA: false, transposeB: false },
    ),
  )
  const labels = [...batch, ...rows, ...columns]
  return { tensor: { ...matrices, shape: labels.map((label) => sizes.get(label) as number) }, labels }
}

/** Transposes a tensor so that its dimensions are in the given order. */
function arrange(
  backend: TreadleBackend,
  use: Use,
  { tensor, labels }: Labelled,
  order: readonly number[],
): Labelled {
  const perm = order.map((label) => labels.indexOf(label))
  if (perm.every((from, to) => from === to)) return { tensor, labels }
  return { tensor: use(runKernel(Transpose, backend, { x: tensor }, { perm })), labels: order }
}
