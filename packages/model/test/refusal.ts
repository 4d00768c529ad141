import { isTreadleError } from '@treadle/core'
import { memory } from '@tensorflow/tfjs-core'
import { expect } from 'vitest'
import { loadModel } from '../src/index.ts'

/** The error with which a model is refused, which must be a `TreadleError` and leave no tensor behind. */
export async function refusal(
  source: Parameters<typeof loadModel>[0],
  options = {},
): Promise<{ code: string; message: string }> {
  const before = memory().numTensors
  const error = await loadModel(source, options).then(
    (model) => model.dispose(),
    (reason: unknown) => reason,
  )
  expect(isTreadleError(error), String(error)).toBe(true)
  expect(memory().numTensors).toBe(before)
  return error as never
}
