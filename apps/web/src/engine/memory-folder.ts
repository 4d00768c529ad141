import type { SaveTarget } from '@treadle/model'

type DirectoryHandle = Extract<SaveTarget, { getFileHandle: unknown }>

const missing = (name: string) => new DOMException(`There is no file ${name}.`, 'NotFoundError')

/** A folder in memory. `saveModel` writes the same files to it, byte for byte, as the command. */
export function folderInMemory(): {
  readonly handle: DirectoryHandle
  modelFiles(): { json: Uint8Array; weights: Uint8Array }
} {
  const files = new Map<string, Uint8Array<ArrayBuffer>>()
  const handle: DirectoryHandle = {
    name: 'memory',
    async *keys() {
      yield* files.keys()
    },
    getDirectoryHandle: async (name) => {
      throw missing(name)
    },
    getFileHandle: async (name, { create = false } = {}) => {
      if (!create && !files.has(name)) throw missing(name)
      return {
        getFile: async () => new Blob([files.get(name) ?? new Uint8Array()]),
        createWritable: async () => ({
          write: async (bytes) => void files.set(name, bytes),
          close: async () => {},
          abort: async () => {},
        }),
      }
    },
    removeEntry: async (name) => void files.delete(name),
  }
  return {
    handle,
    modelFiles() {
      const [json, weights] = [files.get('model.json'), files.get('weights.bin')]
      if (!json || !weights) throw missing('model.json')
      return { json, weights }
    },
  }
}
