import { fc } from '@fast-check/vitest'

/** Numbers of [−1, 1) from a seed: large arrays shrink badly and slowly as arrays. */
export function numbers(count: number, seed: number): Float32Array {
  let state = seed | 0 || 1
  return Float32Array.from({ length: count }, () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state / 2 ** 31
  })
}

export const seed = fc.integer({ min: 1, max: 2 ** 31 - 1 })
export const rows = fc.integer({ min: 1, max: 37 })
export const lines = fc.integer({ min: 1, max: 5 })
export const width = fc.integer({ min: 1, max: 41 })
export const shards = fc.integer({ min: 1, max: 9 })
