import { engine, getBackend, ready, setBackend } from '@tensorflow/tfjs-core'
import type { TreadleError } from '@treadle/core'
import { activeRuntime, holdRuntime, startRuntime, wasmBinaries } from '@treadle/runtime'
import type { Runtime } from '@treadle/runtime'
import type { ProgramHostOptions } from './program-host.ts'

/** A backend of tfjs until `release`. */
export interface HeldBackend {
  readonly name: string
  release(): Promise<void>
}

/**
 * Ensures that tfjs has a backend: the given runtime, else the active runtime, else the active backend, else an imported
 * one, else a new runtime. A runtime runs until all its users have released it.
 *
 * @param unavailable thrown instead of starting a new runtime
 */
export async function holdBackend(
  { runtime, threads = 1, binaries }: ProgramHostOptions,
  unavailable?: TreadleError,
): Promise<HeldBackend> {
  const active = activeRuntime()
  const running = runtime ?? (active?.backendName === getBackend() ? active : undefined)
  if (running !== undefined) return heldRuntime(running, holdRuntime(running))
  const foreign = (getBackend() as string | undefined)?.startsWith('treadle-wasm') ?? false
  if (!foreign && (getBackend() || Object.keys(engine().registryFactory).length > 0)) {
    await ready()
    return { name: getBackend(), release: async () => {} }
  }
  if (unavailable) throw unavailable
  // Those of a classifier also hold the decoders, which are not the runtime's.
  const wasm = Object.fromEntries(Object.entries(binaries ?? {}).filter(([name]) => name in wasmBinaries))
  const started = await startRuntime({ threads, wasm })
  return heldRuntime(started, () => started.dispose())
}

async function heldRuntime({ backendName }: Runtime, release: () => Promise<void>): Promise<HeldBackend> {
  if (getBackend() !== backendName) await setBackend(backendName)
  return { name: backendName, release }
}
