import { TreadleError } from '@treadle/core'
import * as tf from '@tensorflow/tfjs-core'
import { kernels } from './backend-kernels/index.ts'
import type { Instance } from './instantiate.ts'
import { stockKernels } from './stock.ts'
import { TreadleBackend } from './treadle-backend.ts'

export const BACKEND_NAME = 'treadle-wasm'

/**
 * Registers the backend and makes it the active one. Its kernels are the stock kernels; those in `backend-kernels`
 * replace stock kernels of the same name.
 *
 * @returns a function that removes the backend. If the backend is still active, it also activates the previous one.
 * @throws TreadleError `RUNTIME_NAME_TAKEN`
 */
export async function registerBackend(instance: Instance): Promise<() => Promise<void>> {
  if (tf.findBackendFactory(BACKEND_NAME)) {
    throw new TreadleError(
      'RUNTIME_NAME_TAKEN',
      `A backend named '${BACKEND_NAME}' is already registered by another copy of @treadle/runtime. Install only one copy in the project (check with \`npm ls @treadle/runtime\`).`,
    )
  }
  const before = tf.getBackend() as string | null
  const own = new Map(kernels.map((kernel) => [kernel.kernelName, kernel]))
  for (const [kernelName, { kernelFunc }] of new Map([...stockKernels, ...own])) {
    tf.registerKernel({ kernelName, backendName: BACKEND_NAME, kernelFunc })
  }
  // The engine calls this again after `tf.engine().reset()`.
  tf.registerBackend(BACKEND_NAME, () => {
    const backend = new TreadleBackend(instance)
    setUp(backend)
    return backend
  })
  await tf.setBackend(BACKEND_NAME)

  return async () => {
    const active = tf.getBackend() === BACKEND_NAME
    for (const { kernelName } of tf.getKernelsForBackend(BACKEND_NAME))
      tf.unregisterKernel(kernelName, BACKEND_NAME)
    tf.removeBackend(BACKEND_NAME)
    // Stock kernels keep a reference to their module. This replaces it, so that the memory can be freed.
    setUp({ wasm: { cwrap: () => missing } })
    if (active && before && tf.findBackendFactory(before)) await tf.setBackend(before)
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
