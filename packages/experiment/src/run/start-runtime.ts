import { type Runtime, inspectRuntime, startRuntime } from '@treadle/runtime'
import { platform } from '#platform'
import type { Recipe } from '../recipe/schema.ts'

/** Starts the runtime that a recipe asks for. */
export function startRuntimeFor({ training }: Recipe, signal?: AbortSignal): Promise<Runtime> {
  const { threads, fastMath, wideSimd } = training
  if (fastMath && !inspectRuntime().relaxedSimd) platform.allowFastMath()
  return startRuntime({ threads, fastMath, wideSimd, ...(signal && { signal }) })
}
