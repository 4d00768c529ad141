import type { Part } from './platform.ts'

/** A part that lives in memory. What becomes of it at `commit` is the caller's. */
export function memoryPart(
  name: string,
  commit: (chunks: readonly Uint8Array[]) => Promise<void> = async () => {},
): Part {
  let chunks: Uint8Array[] = []
  let size = 0
  return {
    get size() {
      return size
    },
    async append(bytes) {
      chunks.push(bytes)
      size += bytes.length
    },
    async reset() {
      chunks = []
      size = 0
    },
    file: () => ({
      name,
      path: name.slice(name.lastIndexOf('/') + 1),
      size: async () => size,
      async *stream() {
        yield* chunks
      },
    }),
    commit: () => commit(chunks),
    async close() {
      chunks = []
    },
  }
}
