import * as tf from '@tensorflow/tfjs-core'
import { platform } from '#platform'
import { NO_SIMD, hasAtomics, hasRelaxedSimd, hasSimd } from './features.ts'
import { planStart } from './plan.ts'
import type { RuntimeNote } from './platform.ts'
import { activeRuntime } from './start.ts'

/** What `startRuntime()` finds on this machine, and what runs already. */
export interface Inspection {
  /** Product and version of the engine: Node.js, or the browser's own description of itself. */
  readonly platform: string
  readonly tfjs: string
  readonly simd: boolean
  /** WebAssembly relaxed SIMD: whether `fastMath` can be asked for. */
  readonly relaxedSimd: boolean
  /** WebAssembly atomics. */
  readonly atomics: boolean
  readonly sharedArrayBuffer: boolean
  /** Whether the page is cross-origin isolated; undefined in Node.js, which needs no isolation. */
  readonly crossOriginIsolated: boolean | undefined
  readonly logicalCores: number
  /** Threads that `threads: 'auto'` would give; 0 where there is no SIMD. */
  readonly threads: number
  /** Whether memory would be shared with the threads. */
  readonly shared: boolean
  /** Bytes that memory could grow to. */
  readonly maximumMemory: number
  /** The running runtime, if any: its threads and the bytes it holds. */
  readonly running: { readonly threads: number; readonly memory: number } | undefined
  /** For each thing that is off, why, and what to do. Empty where all is as it should be. */
  readonly notes: readonly RuntimeNote[]
}

/** Looks at what the runtime can use here. Starts nothing. */
export function inspectRuntime(): Inspection {
  const runtime = activeRuntime()
  const plan = planStart()
  const simd = hasSimd()
  return {
    platform: platform.name,
    tfjs: tf.version_core,
    simd,
    relaxedSimd: hasRelaxedSimd(),
    atomics: hasAtomics(),
    sharedArrayBuffer: typeof SharedArrayBuffer === 'function',
    crossOriginIsolated: platform.isolated,
    logicalCores: platform.cores(),
    threads: simd ? plan.threads : 0,
    shared: plan.memory !== undefined,
    maximumMemory: plan.maximumMemory,
    running: runtime && { threads: runtime.threads, memory: runtime.memory.buffer.byteLength },
    notes: simd ? plan.notes : [{ code: 'NO_SIMD', message: NO_SIMD }, ...plan.notes],
  }
}
