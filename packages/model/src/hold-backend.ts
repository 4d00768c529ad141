import { engine, getBackend, ready, setBackend } from '@tensorflow/tfjs-core'
import { activeRuntime, startRuntime } from '@treadle/runtime'
import type { Runtime } from '@treadle/runtime'

/**
 * Sees to it that tfjs has a backend: the runtime given; or whatever is active; or one that has been imported; or a
 * runtime started for the purpose, which is returned and must be disposed of.
 */
export async function holdBackend(runtime?: Runtime): Promise<Runtime | undefined> {
  if (runtime !== undefined && getBackend() !== runtime.backendName) await setBackend(runtime.backendName)
  if (runtime !== undefined || activeRuntime() !== undefined || getBackend()) return undefined
  if (Object.keys(engine().registryFactory).length === 0) return startRuntime()
  await ready()
  return undefined
}
