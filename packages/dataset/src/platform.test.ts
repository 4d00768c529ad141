import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { fc, test } from '@fast-check/vitest'
import { afterEach, describe, expect, vi } from 'vitest'
import { failure } from '../test/failure.ts'
import { serve } from '../test/server.ts'
import { temporaryFolder } from '../test/temporary-folder.ts'
import { collect, concat } from './bytes.ts'
import { platform as browser } from './platform.browser.ts'
import { platform as node } from './platform.node.ts'

async function* stream(...chunks: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks
}

async function* broken(error: unknown): AsyncGenerator<Uint8Array> {
  yield gzipSync(new Uint8Array(1000)).subarray(0, 12)
  throw error
}

/** A page's Cache Storage; `put` may fail first. */
function stubCaches(put = async (_key: string, _response: Response) => {}) {
  const kept = new Map<string, Response>()
  const store = {
    match: async (key: string) => kept.get(key)?.clone(),
    put: async (key: string, response: Response) => {
      await put(key, response)
      kept.set(key, response)
    },
  }
  vi.stubGlobal('caches', { open: async () => store })
}

describe.each([
  ['Node', node],
  ['browser', browser],
])('in %s', (_, platform) => {
  test.prop([fc.array(fc.uint8Array({ maxLength: 300 }))])(
    'SHA-256 is the same in whatever pieces',
    (chunks) => {
      const hasher = platform.sha256()
      for (const chunk of chunks) hasher.update(chunk)
      expect(hasher.digest()).toBe(createHash('sha256').update(concat(chunks)).digest('hex'))
    },
  )

  test.prop([fc.uint8Array({ maxLength: 5000 }), fc.nat(50)])('gzip is unpacked', async (bytes, cut) => {
    const packed = gzipSync(bytes)
    const unpacked = await collect(
      platform.gunzip(stream(packed.subarray(0, cut), packed.subarray(cut)), 'a.gz'),
    )
    expect(Buffer.compare(unpacked, bytes)).toBe(0)
  })

  test('damaged gzip is an error with its name', async () => {
    const packed = gzipSync(new Uint8Array(1000))
    for (const bad of [packed.subarray(0, -4), Buffer.from('no gzip'), new Uint8Array(0)]) {
      const error = await failure(() => collect(platform.gunzip(stream(bad), 'a.gz')))
      expect([error.code, error.message]).toEqual(['DATASET_BAD_GZIP', expect.stringContaining('a.gz')])
    }
  })

  // The reason of an aborted signal is any value; the `code` of a DOMException is a number.
  test.each([new RangeError('the line is cut'), new DOMException('enough', 'AbortError'), 'enough', null])(
    'an error of the source is not taken for damage: %s',
    async (error) => {
      const unpacked = collect(platform.gunzip(broken(error), 'a.gz'))
      await expect(unpacked).rejects.toBe(error)
    },
  )

  test('the source is let go when nobody wants more', async () => {
    let left = false
    async function* endless(): AsyncGenerator<Uint8Array> {
      const packed = gzipSync(new Uint8Array(10_000_000))
      try {
        for (let start = 0; ; start += 100)
          yield packed.subarray(start % packed.length, (start % packed.length) + 100)
      } finally {
        left = true
      }
    }
    const unpacked = platform.gunzip(endless(), 'a.gz')[Symbol.asyncIterator]()
    await unpacked.next()
    await unpacked.return?.()
    await vi.waitFor(() => expect(left).toBe(true))
  })
})

describe('the browser’s cache', () => {
  afterEach(() => vi.unstubAllGlobals())

  test('keeps what was committed, whole', async () => {
    stubCaches()
    const cache = browser.openCache(undefined)
    expect(await cache.find('set/a.gz')).toBeUndefined()
    const part = await cache.begin('set/a.gz')
    await part.append(Uint8Array.of(1, 2))
    await part.append(Uint8Array.of(3))
    expect(part.size).toBe(3)
    expect(await cache.find('set/a.gz')).toBeUndefined()
    await part.commit()
    const found = await cache.find('set/a.gz')
    expect([found?.path, await found?.size()]).toEqual(['a.gz', 3])
    expect([...(await collect(found?.stream() ?? stream()))]).toEqual([1, 2, 3])
  })

  test('that is full says so', async () => {
    stubCaches(async () => {
      throw new DOMException('Quota exceeded.', 'QuotaExceededError')
    })
    const part = await browser.openCache('mine').begin('set/a.gz')
    expect((await failure(() => part.commit())).message).toMatch(/Quota exceeded/)
  })

  test('is empty where the page may not have one', async () => {
    vi.stubGlobal('caches', undefined)
    const cache = browser.openCache(undefined)
    expect(await cache.find('set/a.gz')).toBeUndefined()
    expect((await failure(async () => (await cache.begin('set/a.gz')).commit())).code).toBe('DATASET_CACHE')
  })
})

test('a browser opens no paths, and says what to pass', async () => {
  expect(browser.hasPaths).toBe(false)
  for (const open of [() => browser.openFile('/x'), () => browser.listFiles('/x', 1)]) {
    expect((await failure(open)).message).toContain('{ files }')
  }
})

test('files of the package are read alike', async () => {
  const folder = await temporaryFolder()
  await writeFile(join(folder, 'a'), 'abc')
  expect((await collect(node.asset(pathToFileURL(join(folder, 'a')), 'a').stream())).length).toBe(3)
  const server = await serve(
    (request, response) => void response.writeHead(request.url === '/a' ? 200 : 404).end('abc'),
  )
  expect((await collect(browser.asset(new URL(`${server.url}a`), 'a').stream())).length).toBe(3)
  const error = await failure(() => collect(browser.asset(new URL(`${server.url}b`), 'b').stream()))
  expect(error.message).toMatch(/Fetching b failed: .*status 404/)
})
