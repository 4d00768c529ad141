import { createHash } from 'node:crypto'
import { basename, resolve } from 'node:path'
import { pipeline, Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { createGunzip } from 'node:zlib'
import envPaths from 'env-paths'
import { badGzip } from './gzip-error.ts'
import { diskCache } from './node/disk-cache.ts'
import { BLOCK_BYTES, diskFile, errorCode, statOrNothing, walk } from './node/disk-files.ts'
import type { Platform } from './platform.ts'
import { badRedirect } from './redirect-error.ts'

const MAX_REDIRECTS = 5

export const platform: Platform = {
  hasPaths: true,

  environment: (name) => process.env[name] || undefined,

  sha256() {
    const hash = createHash('sha256')
    return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest('hex') }
  },

  async *gunzip(packed, name) {
    const unpacked = createGunzip({ chunkSize: BLOCK_BYTES })
    // Without a callback a source's error would be thrown at nobody; the loop below reports it.
    pipeline(Readable.from(packed), unpacked, () => {})
    try {
      yield* unpacked
    } catch (error) {
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
      if (!next || !followed)
        throw badRedirect(url, `it redirects to ${location}, and only https is followed`)
      current = next.href
    }
    throw badRedirect(url, `it redirects more than ${MAX_REDIRECTS} times`)
  },
}
