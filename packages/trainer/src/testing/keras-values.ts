/** Numbers in [−1, 1): the sequence `values` of scripts/layer_values.py. */
export function kerasValues(count: number, seed: number): Float32Array {
  let state = (seed * 2654435761 + 12345) % 2 ** 32
  return Float32Array.from({ length: count }, () => {
    state = Number((1664525n * BigInt(state) + 1013904223n) % 4294967296n)
    return state / 2 ** 31 - 1
  })
}
