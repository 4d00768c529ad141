import type { Part } from './platform.ts'

/** A partial file in memory. `commit` receives its chunks. */
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
