import { getKernel } from '@tensorflow/tfjs-core'
import type { KernelConfig, NamedAttrMap, TensorInfo } from '@tensorflow/tfjs-core'
import type { TreadleBackend } from '../treadle-backend.ts'

export interface KernelCall<Inputs, Attributes = object> {
  readonly inputs: Inputs
  readonly attrs: Attributes
  readonly backend: TreadleBackend
}

/**
 * Describes a kernel of `treadle-wasm`.
 * @param uses stock kernels that it hands work to with `runStock`
 */
export function defineKernel<Inputs, Attributes = object>(
  kernelName: string,
  compute: (call: KernelCall<Inputs, Attributes>) => TensorInfo | TensorInfo[],
  uses: readonly string[] = [],
): KernelConfig {
  return {
    kernelName,
    backendName: 'treadle-wasm',
    kernelFunc: (parameters) => compute(parameters as unknown as KernelCall<Inputs, Attributes>),
    ...(uses.length > 0 && {
      setupFunc: (backend) => {
        for (const name of uses) getKernel(name, 'wasm').setupFunc?.(backend)
      },
    }),
  }
}

/** Runs a kernel of `treadle-wasm`. */
export function runKernel(
  name: string,
  backend: TreadleBackend,
  inputs: Record<string, TensorInfo | undefined>,
  attrs: object = {},
): TensorInfo {
  return run('treadle-wasm', name, backend, inputs, attrs)
}

/** Runs the kernel that stock `wasm` has under this name, for one of ours that takes its place. */
export function runStock(...parameters: Parameters<typeof runKernel>): TensorInfo {
  return run('wasm', ...parameters)
}

function run(from: string, ...[name, backend, inputs, attrs = {}]: Parameters<typeof runKernel>): TensorInfo {
  const { kernelFunc } = getKernel(name, from)
  return kernelFunc({
    inputs: inputs as Record<string, TensorInfo>,
    backend,
    attrs: attrs as NamedAttrMap,
  }) as TensorInfo
}
