import type { SaveTarget } from '@treadle/model'

export type DirectoryHandle = Extract<SaveTarget, { getFileHandle: unknown }>

/** Files by name. */
interface NamedFiles {
  readonly location: string
  /** The names in one folder. */
  list(folder: string): Promise<string[]>
  readBytes(name: string): Promise<Uint8Array | undefined>
  write(name: string, data: Uint8Array): Promise<void>
  remove(name: string): Promise<void>
}

/** A folder of a run as the directory handle that `saveModel` and `loadModel` take. */
export function modelFolder(files: NamedFiles, folder: string): DirectoryHandle {
  const nameOf = (name: string) => `${folder}/${name}`
  return {
    name: `${files.location}/${folder}`,
    async *keys() {
      yield* await files.list(folder)
    },
    getDirectoryHandle: async (name) => {
      throw missing(name)
    },
    getFileHandle: async (name, { create = false } = {}) => {
      const found = await files.readBytes(nameOf(name))
      if (!create && found === undefined) throw missing(name)
      let content = new Uint8Array()
      return {
        getFile: async () => new Blob([(found ?? new Uint8Array()) as Uint8Array<ArrayBuffer>]),
        createWritable: async () => ({
          write: async (bytes) => void (content = bytes.slice()),
          close: () => files.write(nameOf(name), content),
          abort: async () => {},
        }),
      }
    },
    removeEntry: (name) => files.remove(nameOf(name)),
  }
}

const missing = (name: string) => new DOMException(`There is no ${name}.`, 'NotFoundError')
