import { createHash } from 'node:crypto'
import { basename, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import zlib, { createGunzip, type Gunzip } from 'node:zlib'
import envPaths from 'env-paths'
import { badGzip } from './gzip-error.ts'
import { diskCache } from './node/disk-cache.ts'
import { BLOCK_BYTES, diskFile, errorCode, folders, statOrNothing, walk } from './node/disk-files.ts'
import type { Platform } from './platform.ts'
import { badRedirect } from './redirect-error.ts'

const MAX_REDIRECTS = 5

/** An error of the packed bytes' source, which may be any value. A stream takes only errors. */
class SourceFailure extends Error {}

/**
 * Writes `chunks` to `target` with backpressure. An error of `chunks` destroys `target`; the end of `target`, which
 * damaged bytes cause, ends `chunks`, so that their file is closed.
 */
async function feed(chunks: AsyncIterable<Uint8Array>, target: Gunzip): Promise<void> {
  try {
    for await (const chunk of chunks) {
      if (target.destroyed) return
      // A stream that is destroyed while it works on a chunk does not call back.
      await new Promise<void>((taken) => {
        target.once('close', taken)
        target.write(chunk, () => {
          target.off('close', taken)
          taken()
        })
      })
    }
    target.end()
  } catch (error) {
    target.destroy(new SourceFailure('the source failed', { cause: error }))
  }
}

/**
 * Frees blocks of memory at once by transferring them to a closed port. The garbage collector frees memory outside its
 * heap late: for the full set that was 40 MB at the peak of a run.
 */
function recycler(): (block: ArrayBufferLike | undefined) => void {
  // Bun writes into a chunk again after the stream has returned it.
  if (process.versions['bun'] !== undefined) return () => {}
  const { port1 } = new MessageChannel()
  port1.close()
  return (block) => {
    if (block) port1.postMessage(undefined, [block as ArrayBuffer])
  }
}

/** Zstandard is in Node.js since 22.15; the declarations are those of an older one. */
const { brotliDecompressSync, gunzipSync, zstdDecompressSync } = zlib as typeof zlib & {
  readonly zstdDecompressSync?: typeof zlib.brotliDecompressSync
}
const bounded = (unpack: typeof zlib.brotliDecompressSync) => (packed: Uint8Array, size: number) =>
  unpack(packed, { maxOutputLength: Math.max(1, size) })
const codecs: Platform['codecs'] = {
  BROTLI: bounded(brotliDecompressSync),
  GZIP: bounded(gunzipSync),
  ...(zstdDecompressSync && { ZSTD: bounded(zstdDecompressSync) }),
}

export const platform: Platform = {
  hasPaths: true,

  environment: (name) => process.env[name] || undefined,

  sha256() {
    const hash = createHash('sha256')
    return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest('hex') }
  },

  codecs,

  async *gunzip(packed, name) {
    const unpacked = createGunzip({ chunkSize: BLOCK_BYTES })
    void feed(packed, unpacked)
    const recycle = recycler()
    let block: ArrayBufferLike | undefined
    try {
      for await (const chunk of unpacked as AsyncIterable<Buffer>) {
        // Several chunks share a block.
        if (block !== chunk.buffer) recycle(block)
        block = chunk.buffer
        yield chunk
      }
    } catch (error) {
      if (error instanceof SourceFailure) throw error.cause
      throw errorCode(error)?.startsWith('Z_') ? badGzip(name, error) : error
    }
  },

  async openFile(path) {
    return (await statOrNothing(path))?.isFile() ? diskFile(path, basename(path)) : undefined
  },

  async listFiles(folder, depth) {
    if (!(await statOrNothing(folder))?.isDirectory()) return undefined
    const files = await walk(resolve(folder), depth)
    return files.sort((a, b) => (a.path < b.path ? -1 : 1))
  },

  listFolders: (folder, depth) => folders(resolve(folder), depth),

  asset: (url, name) => diskFile(fileURLToPath(url), name),

  openCache: (directory) => diskCache(resolve(directory ?? envPaths('treadle', { suffix: '' }).cache)),

  async request(url, init) {
    let current = url
    for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
      const response = await fetch(current, { ...init, redirect: 'manual' })
      const location = response.headers.get('location')
      if (response.status < 300 || response.status > 399 || location === null) return response
      await response.body?.cancel()
      const next = URL.canParse(location, current) ? new URL(location, current) : undefined
      const followed = next?.protocol === 'https:' || (next?.protocol === 'http:' && url.startsWith('http:'))
      if (!next || !followed) throw badRedirect(url, `it redirects to ${location}; only https is followed`)
      current = next.href
    }
    throw badRedirect(url, `it redirects more than ${MAX_REDIRECTS} times`)
  },
}
