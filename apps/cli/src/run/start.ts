import { type Runtime, inspectRuntime, startRuntime } from '@treadle/runtime'
import { setFlagsFromString } from 'node:v8'
import type { TrainRequest } from '../run-directory/record.ts'

/** Starts what a run asks for. */
export function startFor({ threads, fastMath = false }: TrainRequest, signal: AbortSignal): Promise<Runtime> {
  // Node.js 20 has relaxed SIMD behind a flag that can still be set.
  if (fastMath && !inspectRuntime().relaxedSimd) setFlagsFromString('--experimental-wasm-relaxed-simd')
  return startRuntime({ threads, fastMath, signal })
}
