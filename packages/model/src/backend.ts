import { TreadleError } from '@treadle/core'
import { backend } from '@tensorflow/tfjs-core'

/** Throws `MODEL_NO_BACKEND` unless tfjs has a backend that is ready to hold tensors. */
export function requireBackend(operation: string): void {
  try {
    backend()
  } catch (cause) {
    throw new TreadleError(
      'MODEL_NO_BACKEND',
      `${operation} needs a TensorFlow.js backend, and none is ready. Await \`startRuntime()\` from @treadle/runtime first.`,
      { cause },
    )
  }
}
