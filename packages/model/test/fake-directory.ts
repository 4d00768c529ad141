import { io } from '@tensorflow/tfjs-core'
import { loadLayersModel } from '@tensorflow/tfjs-layers'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { DirectoryHandle } from '../src/directory-handle.ts'

/** A browser's folder in memory, which stops working after `operations` changes, like a page that is closed. */
export class FakeDirectory implements DirectoryHandle {
  readonly name = 'fake'
  readonly files = new Map<string, Uint8Array<ArrayBuffer>>()
  operations = Infinity
  /** Bytes that fit in. */
  capacity = Infinity

  text(name: string): string {
    return new TextDecoder().decode(this.files.get(name))
  }

  set(name: string, contents: string | Uint8Array<ArrayBuffer>): void {
    this.files.set(name, typeof contents === 'string' ? new TextEncoder().encode(contents) : contents)
  }

  async *keys() {
    yield* this.files.keys()
  }

  async getDirectoryHandle(): Promise<DirectoryHandle> {
    throw new DOMException('', 'NotFoundError')
  }

  async getFileHandle(name: string, { create = false } = {}) {
    if (!create && !this.files.has(name)) throw new DOMException('', 'NotFoundError')
    if (!this.files.has(name)) this.files.set(name, new Uint8Array(0))
    let written = new Uint8Array(0)
    return {
      getFile: async () => new Blob([this.files.get(name) as Uint8Array<ArrayBuffer>]),
      createWritable: async () => ({
        write: async (bytes: Uint8Array<ArrayBuffer>) => {
          this.#spend()
          this.capacity -= bytes.length
          if (this.capacity < 0) throw new DOMException('', 'QuotaExceededError')
          written = bytes.slice()
        },
        close: async () => {
          this.#spend()
          this.files.set(name, written)
        },
        abort: async () => {},
      }),
    }
  }

  async removeEntry(name: string) {
    this.#spend()
    this.files.delete(name)
  }

  #spend() {
    if (--this.operations < 0) throw new DOMException('The page was closed.', 'AbortError')
  }
}

/** Reads as stock tfjs does: model.json, then the files that it names. */
export async function loadStock(directory: FakeDirectory): Promise<LayersModel> {
  const json = JSON.parse(directory.text('model.json'))
  const artifacts = await io.getModelArtifactsForJSON(json, async (manifest) => {
    const shards = manifest.flatMap((group) =>
      group.paths.map((path) => directory.files.get(path)?.buffer as ArrayBuffer),
    )
    return [manifest.flatMap((group) => group.weights), io.CompositeArrayBuffer.join(shards)]
  })
  return loadLayersModel(io.fromMemory(artifacts))
}
