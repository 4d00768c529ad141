import { TreadleError } from '@treadle/core'
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { storeCache } from './browser/store-cache.ts'
import { streamChunks } from './data-file.ts'
import { badGzip } from './gzip-error.ts'
import type { Platform } from './platform.ts'

function noPaths(path: string): TreadleError {
  return new TreadleError(
    'DATASET_UNREADABLE',
    `Reading ${path}: a browser cannot open paths. Pass { files } from a drop or an <input type="file">.`,
  )
}

export const platform: Platform = {
  hasPaths: false,

  environment: () => undefined,

  sha256() {
    const hash = sha256.create()
    return { update: (bytes) => void hash.update(bytes), digest: () => bytesToHex(hash.digest()) }
  },

  codecs: {},

  async *gunzip(packed, name) {
    const source = packed[Symbol.asyncIterator]()
    let failure: { error: unknown } | undefined
    const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
      async pull(controller) {
        try {
          const { done, value } = await source.next()
          if (done) controller.close()
          else controller.enqueue(value as Uint8Array<ArrayBuffer>)
        } catch (error) {
          failure = { error }
          controller.error(error)
        }
      },
      cancel: async () => void (await source.return?.()),
    })
    try {
      yield* streamChunks(stream.pipeThrough(new DecompressionStream('gzip')))
    } catch (error) {
      throw failure ? failure.error : badGzip(name, error)
    }
  },

  async openFile(path) {
    throw noPaths(path)
  },

  async listFiles(folder) {
    throw noPaths(folder)
  },

  async listFolders(folder) {
    throw noPaths(folder)
  },

  asset(url, name) {
    return {
      name,
      path: name,
      size: async () => undefined,
      async *stream() {
        const response = await fetch(url)
        if (!response.ok || !response.body) {
          throw new TreadleError(
            'DATASET_UNREADABLE',
            `Fetching ${name} failed: ${url.href} answered with status ${response.status}. Serve the file from the package's sample folder there.`,
          )
        }
        yield* streamChunks(response.body)
      },
    }
  },

  openCache: (directory) => storeCache(directory ?? 'treadle'),

  // The browser follows at most 20 redirects and blocks http from an https page.
  request: (url, init) => fetch(url, init),
}
