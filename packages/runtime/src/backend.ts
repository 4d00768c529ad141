import { TreadleError } from '@treadle/core'
import * as tf from '@tensorflow/tfjs-core'
import { kernels } from './backend-kernels/index.ts'
import type { Instance } from './instantiate.ts'
import { stockKernels } from './stock.ts'
import { TreadleBackend } from './treadle-backend.ts'

export const BACKEND_NAME = 'treadle-wasm'

/**
 * Registers the backend and its kernels, stock ones with those of `backend-kernels` in their place, and makes it the
 * active one.
 *
 * @returns what undoes it; the backend that was active before is so again, unless another was chosen meanwhile
 * @throws TreadleError `RUNTIME_NAME_TAKEN`
 */
export async function registerBackend(instance: Instance): Promise<() => Promise<void>> {
  if (tf.findBackendFactory(BACKEND_NAME)) {
    throw new TreadleError(
      'RUNTIME_NAME_TAKEN',
      `A backend named '${BACKEND_NAME}' is registered already, by another copy of @treadle/runtime; let the project install one copy (\`npm ls @treadle/runtime\`).`,
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
    // Set up for no module, stock kernels let go of the memory of the one they had.
    setUp({ wasm: { cwrap: () => missing } })
    if (active && before && tf.findBackendFactory(before)) await tf.setBackend(before)
  }
}

/** Gives stock kernels the module whose functions they call. */
function setUp(backend: TreadleBackend | { wasm: { cwrap: () => () => never } }): void {
  for (const { setupFunc } of stockKernels.values()) setupFunc?.(backend)
}

function missing(): never {
  throw new TreadleError('RUNTIME_DISPOSED', 'A kernel ran after its runtime was disposed; start one again.')
}
