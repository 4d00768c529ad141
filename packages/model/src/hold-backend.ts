import { engine, getBackend, ready, setBackend } from '@tensorflow/tfjs-core'
import { activeRuntime, startRuntime } from '@treadle/runtime'
import type { Runtime } from '@treadle/runtime'

/**
 * Ensures that tfjs has a backend: the given runtime, else the active backend, else an imported one, else a new runtime,
 * which is returned and must be disposed by the caller.
 */
export async function holdBackend(runtime?: Runtime): Promise<Runtime | undefined> {
  if (runtime !== undefined && getBackend() !== runtime.backendName) await setBackend(runtime.backendName)
  if (runtime !== undefined || activeRuntime() !== undefined || getBackend()) return undefined
  if (Object.keys(engine().registryFactory).length === 0) return startRuntime()
  await ready()
  return undefined
}
