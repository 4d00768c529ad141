import { TreadleError } from '@treadle/core'
import * as tf from '@tensorflow/tfjs-core'
import { kernels } from './backend-kernels/index.ts'
import type { BackendName } from './backend-name.ts'
import type { Instance } from './instantiate.ts'
import type { KernelCalls } from './kernel-calls.ts'
import { stockKernels } from './stock.ts'
import { TreadleBackend } from './treadle-backend.ts'

/** A backend of tfjs. */
export interface RegisteredBackend {
  readonly name: BackendName
  /** Removes the backend. If it is still active, also activates the previous one. */
  remove(): Promise<void>
}

/**
 * Registers the backend and makes it the active one. Its kernels are the stock kernels; those in `backend-kernels`
 * replace stock kernels of the same name.
 */
export async function registerBackend(instance: Instance, calls: KernelCalls): Promise<RegisteredBackend> {
  const name = freeName()
  const before = tf.getBackend() as string | null
  const own = new Map(kernels.map((kernel) => [kernel.kernelName, kernel]))
  for (const [kernelName, { kernelFunc }] of new Map([...stockKernels, ...own])) {
    tf.registerKernel({ kernelName, backendName: name, kernelFunc })
  }
  // The engine calls this again after `tf.engine().reset()`.
  tf.registerBackend(name, () => {
    const backend = new TreadleBackend(instance, name, calls)
    setUp(backend)
    return backend
  })
  await tf.setBackend(name)

  return {
    name,
    async remove() {
      const active = tf.getBackend() === name
      for (const { kernelName } of tf.getKernelsForBackend(name)) tf.unregisterKernel(kernelName, name)
      tf.removeBackend(name)
      // Stock kernels keep a reference to their module. This replaces it, so that the memory can be freed.
      setUp({ wasm: { cwrap: () => missing } })
      if (active && before && tf.findBackendFactory(before)) await tf.setBackend(before)
    },
  }
}

/** All copies of tfjs in a page or process have one engine. Another copy of this package may have a backend in it. */
export function freeName(): BackendName {
  for (let copy = 1; ; copy++) {
    const name: BackendName = copy === 1 ? 'treadle-wasm' : `treadle-wasm-${copy}`
    if (!tf.findBackendFactory(name)) return name
  }
}

/** Sets the module whose functions the stock kernels call. */
function setUp(backend: TreadleBackend | { wasm: { cwrap: () => () => never } }): void {
  for (const { setupFunc } of stockKernels.values()) setupFunc?.(backend)
}

function missing(): never {
  throw new TreadleError(
    'RUNTIME_DISPOSED',
    'Running a kernel failed: its runtime was disposed. Start a runtime again.',
  )
}
