import type { SaveTarget } from '@treadle/model'

export type DirectoryHandle = Extract<SaveTarget, { getFileHandle: unknown }>

/** The files of a store, by name. */
interface NamedFiles {
  readonly location: string
  list(): Promise<string[]>
  read(name: string): Promise<Uint8Array | undefined>
  write(name: string, data: Uint8Array): Promise<void>
  remove(name: string): Promise<void>
}

/** A folder of a store as the directory handle that `saveModel` and `loadModel` take. */
export function modelFolder(store: NamedFiles, folder: string): DirectoryHandle {
  const nameOf = (name: string) => `${folder}/${name}`
  return {
    name: `${store.location}/${folder}`,
    async *keys() {
      for (const name of await store.list())
        if (name.startsWith(nameOf(''))) yield name.slice(folder.length + 1)
    },
    getDirectoryHandle: async (name) => {
      throw missing(name)
    },
    getFileHandle: async (name, { create = false } = {}) => {
      const found = await store.read(nameOf(name))
      if (!create && found === undefined) throw missing(name)
      let content = new Uint8Array()
      return {
        getFile: async () => new Blob([(found ?? new Uint8Array()) as Uint8Array<ArrayBuffer>]),
        createWritable: async () => ({
          write: async (bytes) => void (content = bytes.slice()),
          close: () => store.write(nameOf(name), content),
          abort: async () => {},
        }),
      }
    },
    removeEntry: (name) => store.remove(nameOf(name)),
  }
}

const missing = (name: string) => new DOMException(`There is no ${name}.`, 'NotFoundError')
