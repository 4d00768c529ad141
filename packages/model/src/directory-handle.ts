import { notFound, tooLong } from './model-files.ts'
import type { ModelFiles } from './model-files.ts'
import type { ModelFolder } from './model-folder.ts'

/** The used part of a browser's `FileSystemDirectoryHandle`, which the origin private file system also provides. */
export interface DirectoryHandle {
  readonly name: string
  keys(): AsyncIterable<string>
  getDirectoryHandle(name: string): Promise<DirectoryHandle>
  getFileHandle(name: string, options?: { create?: boolean }): Promise<FileHandle>
  removeEntry(name: string): Promise<void>
}

interface FileHandle {
  getFile(): Promise<Blob>
  createWritable(): Promise<{
    write(bytes: Uint8Array<ArrayBuffer>): Promise<void>
    close(): Promise<void>
    abort(): Promise<void>
  }>
}

/** Opens a folder for saving. Closing a writable stream replaces the file atomically. */
export function folderOfHandle(handle: DirectoryHandle): ModelFolder {
  return {
    location: handle.name,
    lock: async () => async () => {},
    async list() {
      const names: string[] = []
      for await (const name of handle.keys()) names.push(name)
      return names
    },
    async stage(name, bytes) {
      const file = await handle.getFileHandle(name, { create: true })
      const stream = await file.createWritable()
      const discard = () => stream.abort()
      try {
        await stream.write(bytes as Uint8Array<ArrayBuffer>)
      } catch (error) {
        await discard().catch(() => {})
        throw error
      }
      return { commit: () => stream.close(), discard }
    },
    remove: (name) => handle.removeEntry(name),
  }
}

/** Opens a model saved in a folder of the browser's file system. */
export function filesInHandle(handle: DirectoryHandle): ModelFiles {
  const read = async (path: string, limit: number) => {
    const blob = await find(handle, path.split('/'))
    if (blob === undefined) throw notFound(path, handle.name)
    if (blob.size > limit) throw tooLong(path, limit)
    return new Uint8Array(await blob.arrayBuffer())
  }
  return { location: handle.name, readModelJson: (limit) => read('model.json', limit), readShard: read }
}

async function find(handle: DirectoryHandle, path: readonly string[]): Promise<Blob | undefined> {
  try {
    let folder = handle
    for (const name of path.slice(0, -1)) folder = await folder.getDirectoryHandle(name)
    return await (await folder.getFileHandle(path.at(-1) as string)).getFile()
  } catch (error) {
    if ((error as Error).name === 'NotFoundError') return undefined
    throw error
  }
}
