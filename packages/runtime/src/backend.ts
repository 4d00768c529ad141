import { TreadleError } from '@treadle/core'
import * as tf from '@tensorflow/tfjs-core'
import { kernels } from './backend-kernels/index.ts'
import type { Instance } from './instantiate.ts'
import { TreadleBackend } from './treadle-backend.ts'

export const BACKEND_NAME = 'treadle-wasm'

/**
 * Registers the backend and its kernels and makes it the active one. The kernels of `wasm` stay as they are: ours are
 * copies, with those of `backend-kernels` in their place.
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
  tf.copyRegisteredKernels('wasm', BACKEND_NAME)
  for (const kernel of kernels) {
    if (tf.getKernel(kernel.kernelName, BACKEND_NAME)) tf.unregisterKernel(kernel.kernelName, BACKEND_NAME)
    tf.registerKernel({ ...kernel, backendName: BACKEND_NAME })
  }
  tf.registerBackend(BACKEND_NAME, () => new TreadleBackend(instance))
  await tf.setBackend(BACKEND_NAME)

  return async () => {
    const active = tf.getBackend() === BACKEND_NAME
    // Kernels keep functions of the module they were set up for: set up for none, they let go of its memory.
    const none = { wasm: { cwrap: () => missing } }
    for (const kernel of tf.getKernelsForBackend(BACKEND_NAME)) {
      if (active) kernel.setupFunc?.(none)
      tf.unregisterKernel(kernel.kernelName, BACKEND_NAME)
    }
    tf.removeBackend(BACKEND_NAME)
    if (active && before && tf.findBackendFactory(before)) await tf.setBackend(before)
  }
}

function missing(): never {
  throw new TreadleError('RUNTIME_DISPOSED', 'A kernel ran after its runtime was disposed; start one again.')
}
