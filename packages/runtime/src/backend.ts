import { TreadleError } from '@treadle/core'
import { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import * as tf from '@tensorflow/tfjs-core'
import { kernels } from './backend-kernels/index.ts'
import type { TfjsModule } from './tfjs-module.ts'

export const BACKEND_NAME = 'treadle-wasm'

/** tfjs's WASM backend on a module of ours. After `dispose` its tensors are gone, and say so. */
class TreadleBackend extends BackendWasm {
  #disposed = false

  override readSync(...parameters: Parameters<BackendWasm['readSync']>): ReturnType<BackendWasm['readSync']> {
    this.#check('Reading a tensor')
    return super.readSync(...parameters)
  }

  override move(...parameters: Parameters<BackendWasm['move']>): void {
    this.#check('Making a tensor')
    super.move(...parameters)
  }

  override disposeData(...parameters: Parameters<BackendWasm['disposeData']>): boolean {
    return this.#disposed || super.disposeData(...parameters)
  }

  override dispose(): void {
    // The memory goes as a whole, and the threads are ended by who started them.
    this.#disposed = true
    this.wasm = undefined as never
  }

  #check(operation: string): void {
    if (!this.#disposed) return
    throw new TreadleError(
      'RUNTIME_DISPOSED',
      `${operation} failed: the runtime it belongs to was disposed. Read or save what is needed before, and make new tensors after starting again.`,
    )
  }
}

/**
 * Registers the backend and its kernels and makes it the active one. `wasm`'s own kernels stay as they are: ours are
 * copies, with those of `backend-kernels` in their place.
 *
 * @returns what undoes it: the backend that was active before is active again, unless another was chosen meanwhile
 */
export async function registerBackend(module: TfjsModule): Promise<() => Promise<void>> {
  if (tf.findBackendFactory(BACKEND_NAME)) {
    throw new TreadleError(
      'RUNTIME_NAME_TAKEN',
      `A backend named '${BACKEND_NAME}' is registered already, by another copy of @treadle/runtime; let the project install one copy (\`npm ls @treadle/runtime\`).`,
    )
  }
  const before = tf.getBackend() as string | null
  const backend = new TreadleBackend(module)
  tf.copyRegisteredKernels('wasm', BACKEND_NAME)
  for (const kernel of kernels) {
    if (tf.getKernel(kernel.kernelName, BACKEND_NAME)) tf.unregisterKernel(kernel.kernelName, BACKEND_NAME)
    tf.registerKernel({ ...kernel, backendName: BACKEND_NAME })
  }
  tf.registerBackend(BACKEND_NAME, () => backend)
  await tf.setBackend(BACKEND_NAME)

  return async () => {
    const active = tf.getBackend() === BACKEND_NAME
    // The kernels keep functions of the module they were set up for: set up for none, they let go of its memory.
    const none = { wasm: { cwrap: () => missing } }
    for (const kernel of tf.getKernelsForBackend(BACKEND_NAME)) {
      kernel.setupFunc?.(none)
      tf.unregisterKernel(kernel.kernelName, BACKEND_NAME)
    }
    tf.removeBackend(BACKEND_NAME)
    const next = active ? before : tf.getBackend()
    if (next && next !== BACKEND_NAME && tf.findBackendFactory(next)) await tf.setBackend(next)
  }
}

function missing(): never {
  throw new TreadleError('RUNTIME_DISPOSED', 'A kernel ran after its runtime was disposed; start one again.')
}
