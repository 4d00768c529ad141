import { platform } from '#platform'
import { wide } from '#wide-simd'
import { NO_SIMD, hasAtomics, hasRelaxedSimd, hasSimd } from './features.ts'
import { planStart } from './plan.ts'
import type { RuntimeNote } from './platform.ts'
import { activeRuntime } from './start.ts'
import type { WideSimd } from './wide-simd.ts'

/** The version of the peer dependency. A constant, because importing tfjs takes longer than everything else here. */
const TFJS_VERSION = '4.22.0'

/** The features that `startRuntime()` can use on this machine, and the state of the running runtime. */
export interface Inspection {
  /** Name and version of Node.js, or the user agent of the browser. */
  readonly platform: string
  /** Version of TensorFlow.js that the backend is built for. */
  readonly tfjs: string
  readonly simd: boolean
  /** WebAssembly relaxed SIMD, which `fastMath` requires. */
  readonly relaxedSimd: boolean
  /** Whether 256-bit SIMD is on in this process, which `wideSimd` needs, and why this platform cannot have it. */
  readonly wideSimd: WideSimd
  /** WebAssembly atomics. */
  readonly atomics: boolean
  readonly sharedArrayBuffer: boolean
  /** Whether the page is cross-origin isolated; undefined in Node.js, which requires no isolation. */
  readonly crossOriginIsolated: boolean | undefined
  readonly logicalCores: number
  /** Number of threads that `threads: 'auto'` would start; 0 without SIMD. */
  readonly threads: number
  /** Whether the threads would share one memory. */
  readonly shared: boolean
  /** Maximum size of the memory in bytes. */
  readonly maximumMemory: number
  /** The running runtime, if any: its number of threads and the size of its memory in bytes. */
  readonly running: { readonly threads: number; readonly memory: number } | undefined
  /** One note for each feature that is off: the reason, and how to turn it on. Empty if all features are on. */
  readonly notes: readonly RuntimeNote[]
}

/** Reports which features the runtime can use on this machine. Starts nothing. */
export function inspectRuntime(): Inspection {
  const runtime = activeRuntime()
  const plan = planStart()
  const simd = hasSimd()
  return {
    platform: platform.name,
    tfjs: TFJS_VERSION,
    simd,
    relaxedSimd: hasRelaxedSimd(),
    wideSimd: wide.state,
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
