import { readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { fullFashionMnist, testWith } from '../../../packages/dataset/test/real-data.ts'
import { type Handler, serve } from '../../../packages/dataset/test/server.ts'
import { PATIENCE, run } from './process.ts'
import { temporaryFolder } from './test-context.ts'

vi.setConfig(PATIENCE)

const preload = new URL('local-mirror.mjs', import.meta.url).href

/** Runs a command for which the world is one server and the cache one folder. */
async function treadleWith(handler: Handler, cache: string, ...line: string[]) {
  const { url } = await serve(handler)
  vi.stubEnv('MIRROR', url)
  vi.stubEnv('NODE_OPTIONS', `--import ${preload}`)
  vi.stubEnv('TREADLE_CACHE', cache)
  try {
    return await run(line)
  } finally {
    vi.unstubAllEnvs()
  }
}

const whole: Handler = async (request, response) =>
  void response.end(await readFile(join(fullFashionMnist.path, request.url as string)))

/** The names of all files below a folder. */
async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name)
}

describe('treadle data fetch', () => {
  testWith(fullFashionMnist)('brings all files, verified, once', async () => {
    const cache = await temporaryFolder()
    const first = await treadleWith(whole, cache, 'data', 'fetch')
    expect(first).toMatchObject({ code: 0, stderr: '' })
    expect(first.stdout).toContain('all files verified')
    expect((await filesIn(cache)).toSorted()).toEqual((await readdir(fullFashionMnist.path)).toSorted())
    const again = await treadleWith(
      (_, response) => void response.writeHead(500).end(),
      cache,
      'data',
      'fetch',
    )
    expect(again).toMatchObject({ code: 0, stdout: first.stdout })
  })

  test.each<[string, Handler, RegExp]>([
    [
      'breaks off',
      (_, response) =>
        response.writeHead(200, { 'content-length': 5000 }).write('abc', () => response.destroy()),
      /broke off/,
    ],
    [
      'lies',
      (_, response) => void response.end(Buffer.alloc(4000, 7)),
      /Reading \S+-ubyte\.gz: it starts with 0x07/,
    ],
    [
      'gives a page',
      (_, response) => void response.end('<html>Log in</html>'),
      /an error page was saved in its place/,
    ],
    [
      'redirects in a circle',
      (request, response) => void response.writeHead(302, { location: request.url }).end(),
      /redirects more than 5 times/,
    ],
    ['has nothing', (_, response) => void response.writeHead(404).end(), /answered with status 404/],
  ])('from a server that %s is one message and exit code 1', async (_, handler, reason) => {
    const cache = await temporaryFolder()
    const { code, stdout, stderr } = await treadleWith(handler, cache, 'data', 'fetch')
    expect(stderr).toMatch(/^error {2}Downloading \S+\.gz failed\.\n/)
    expect(stderr).toMatch(reason)
    expect(stderr).toMatch(/Check the network, or download the file in another way and pass its folder\.\n$/)
    expect(stderr).not.toMatch(/^ +at /m)
    expect({ code, stdout, files: await filesIn(cache) }).toEqual({ code: 1, stdout: '', files: [] })
  })

  testWith(fullFashionMnist)('into a cache that cannot be written to names it', async () => {
    const cache = join(await temporaryFolder(), 'file')
    await writeFile(cache, 'mine')
    const { code, stderr } = await treadleWith(whole, cache, 'data', 'fetch')
    expect(stderr).toMatch(/^error {2}/)
    expect(stderr).toContain(cache)
    expect(stderr).toContain('TREADLE_CACHE')
    expect(stderr).not.toMatch(/^ +at /m)
    expect(code).toBe(1)
    expect(await readFile(cache, 'utf8')).toBe('mine')
  })
})
