import { getKernel } from '@tensorflow/tfjs-core'
import type { KernelConfig, NamedAttrMap, TensorInfo } from '@tensorflow/tfjs-core'
import { stockKernels } from '../stock.ts'
import type { TreadleBackend } from '../treadle-backend.ts'

export interface KernelCall<Inputs, Attributes = object> {
  readonly inputs: Inputs
  readonly attrs: Attributes
  readonly backend: TreadleBackend
}

/** Describes a kernel of the backend, which is registered under the backend's own name. */
export function defineKernel<Inputs, Attributes = object>(
  kernelName: string,
  compute: (call: KernelCall<Inputs, Attributes>) => TensorInfo | TensorInfo[],
): KernelConfig {
  return {
    kernelName,
    backendName: 'treadle-wasm',
    kernelFunc: (parameters) => compute(parameters as unknown as KernelCall<Inputs, Attributes>),
  }
}

/** Runs a kernel of the backend. */
export function runKernel(
  name: string,
  backend: TreadleBackend,
  inputs: Record<string, TensorInfo | undefined>,
  attrs: object = {},
): TensorInfo {
  return run(getKernel(name, backend.name), backend, inputs, attrs)
}

/** Runs the stock kernel of this name. A kernel that replaces it calls this for cases that it does not handle itself. */
export function runStock(
  name: string,
  backend: TreadleBackend,
  inputs: Record<string, TensorInfo | undefined>,
  attrs: object = {},
): TensorInfo {
  return run(stockKernels.get(name) as KernelConfig, backend, inputs, attrs)
}

function run(
  { kernelFunc }: KernelConfig,
  backend: TreadleBackend,
  inputs: Record<string, TensorInfo | undefined>,
  attrs: object,
): TensorInfo {
  return kernelFunc({
    inputs: inputs,
    backend,
    attrs: attrs as NamedAttrMap,
  }) as TensorInfo
}

/** Calls of kernels whose results are parts of a composed result. */
interface Parts {
  readonly run: (name: string, inputs: Record<string, TensorInfo>) => TensorInfo
  readonly scalar: (value: number) => TensorInfo
}

/** Composes a result from other kernels of the backend, and disposes everything but the result. */
export function composed(backend: TreadleBackend, compose: (parts: Parts) => TensorInfo): TensorInfo {
  const made: TensorInfo[] = []
  const keep = (one: TensorInfo): TensorInfo => {
    made.push(one)
    return one
  }
  const result = compose({
    run: (name, inputs) => keep(runKernel(name, backend, inputs)),
    scalar(value) {
      const one = keep(backend.makeOutput([], 'float32'))
      backend.floats(one).fill(value)
      return one
    },
  })
  for (const { dataId } of made) if (dataId !== result.dataId) backend.disposeData(dataId)
  return result
}
