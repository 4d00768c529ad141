// oxlint-disable-next-line typescript/triple-slash-reference -- the sources of other packages import this file without the ambient one
/// <reference path="./wasm-modules.d.ts" />
import type { KernelConfig } from '@tensorflow/tfjs-core'
import { kernelConfigs } from '../dist/wasm/stock.js'

export { BackendWasm } from '../dist/wasm/stock.js'

/**
 * The kernels of tfjs's WASM backend by name. They are a separate copy: a kernel stores the module of its last setup, so
 * the stock `wasm` backend needs its own copy to run in the same program.
 */
export const stockKernels: ReadonlyMap<string, KernelConfig> = new Map(
  kernelConfigs.map((kernel) => [kernel.kernelName, kernel]),
)
