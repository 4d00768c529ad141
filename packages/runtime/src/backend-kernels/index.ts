import type { KernelConfig } from '@tensorflow/tfjs-core'

/** What `treadle-wasm` does differently from `wasm`, or has in addition to it. */
export const kernels: readonly KernelConfig[] = []
