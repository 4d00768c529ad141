import { mkdir, readFile, readdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test, vi } from 'vitest'
import { failure } from '../../test/failure.ts'
import { fullFile, serveFashionMnist } from '../../test/mirror.ts'
import { fullFashionMnist, testWith } from '../../test/real-data.ts'
import { serve } from '../../test/server.ts'
import { temporaryFolder } from '../../test/temporary-folder.ts'
import type { DatasetWarning } from '../options.ts'
import { type FashionMnistDownload, fetchFashionMnist } from './fetch.ts'
import { fashionMnistInfo } from './info.ts'
import { type FashionMnistOptions, loadFashionMnist } from './load.ts'
import { sampleFiles } from './sample.ts'

const names = Object.values(fashionMnistInfo.files).map(({ name }) => `${name}.gz`)
const labels = 't10k-labels-idx1-ubyte.gz'

type Options = FashionMnistOptions & { cacheDirectory: string; warnings: DatasetWarning[] }

/** Options that find nothing anywhere unless a test says so. */
async function nowhere(options: FashionMnistOptions = {}): Promise<Options> {
  const warnings: DatasetWarning[] = []
  const cacheDirectory = join(await temporaryFolder(), 'cache')
  const complete = {
    systemDirectory: join(await temporaryFolder(), 'absent'),
    mirrors: ['http://127.0.0.1:9/'],
    connectTimeout: 2000,
    stallTimeout: 300,
    onWarning: (warning: DatasetWarning) => warnings.push(warning),
    ...options,
    cacheDirectory: options.cacheDirectory ?? cacheDirectory,
  }
  // Not an option: a loader does not see it.
  return Object.defineProperty(complete, 'warnings', { value: warnings }) as Options
}

function forFetch({ mirrors, cacheDirectory, onWarning }: Options): FashionMnistDownload {
  return { mirrors, cacheDirectory, onWarning, connectTimeout: 2000, stallTimeout: 300 }
}

/** A folder of links to the full set, some of its files replaced. */
async function linkedSet(folder: string, replaced: Record<string, Uint8Array> = {}): Promise<string> {
  await mkdir(folder, { recursive: true })
  for (const name of names) {
    const bytes = replaced[name]
    if (bytes) await writeFile(join(folder, name), bytes)
    else await symlink(join(fullFashionMnist.path, name), join(folder, name))
  }
  return folder
}

/** The test labels with the first one changed: right in every way but one byte. */
async function wrongLabels(): Promise<Uint8Array> {
  const bytes = new Uint8Array(8 + 10_000)
  bytes.set([0, 0, 8, 1, 0, 0, 0x27, 0x10])
  return gzipSync(bytes)
}

const filesIn = async (folder: string) => (await readdir(folder)).toSorted()

describe('the sample', () => {
  test('holds 600 and 100 images of each class', async () => {
    const { train, test: held, name, source, classNames } = await loadFashionMnist({ source: 'sample' })
    expect([name, source.kind, train.count, held.count]).toEqual([
      'fashion-mnist-sample',
      'sample',
      6000,
      1000,
    ])
    expect(train).toMatchObject({ kind: 'images', height: 28, width: 28, channels: 1 })
    expect([train.images.length, held.images.length]).toEqual([6000 * 784, 1000 * 784])
    for (const [part, each] of [
      [train, 600],
      [held, 100],
    ] as const) {
      const counts = classNames.map((_, label) => part.labels.filter((met) => met === label).length)
      expect(counts).toEqual(Array(10).fill(each))
    }
  })

  testWith(fullFashionMnist)('is what the script makes of the full set', async () => {
    const script = new URL('../../scripts/make-sample.mjs', import.meta.url).href
    const { makeSample } = (await import(script)) as {
      makeSample: (folder: string) => Promise<Record<string, Uint8Array>>
    }
    const made = await makeSample(fullFashionMnist.path)
    const { gunzipSync } = await import('node:zlib')
    for (const { name } of Object.values(sampleFiles)) {
      const kept = gunzipSync(await readFile(new URL(`../../sample/${name}.gz`, import.meta.url)))
      expect(Buffer.compare(kept, made[name] as Uint8Array)).toBe(0)
    }
  })
})

describe('the full set', () => {
  testWith(fullFashionMnist)('from the system’s folder', async () => {
    const { name, train, test: held, source, classNames } = await loadFashionMnist({ source: 'system' })
    expect([name, train.count, held.count, classNames[9]]).toEqual([
      'fashion-mnist',
      60_000,
      10_000,
      'Ankle boot',
    ])
    expect([...train.labels.subarray(0, 10)]).toEqual([9, 0, 0, 3, 0, 2, 7, 2, 5, 5])
    // The published mean of the pixels, 0.2860 of white.
    expect(train.images.reduce((sum, value) => sum + value, 0) / train.images.length / 255).toBeCloseTo(
      0.286,
      4,
    )
    expect(source).toMatchObject({ kind: 'system', location: fullFashionMnist.path })
    const published = Object.values(fashionMnistInfo.files).map((file) => [file.name, file.sha256])
    expect(Object.entries(source.sha256)).toEqual(published)
  })

  testWith(fullFashionMnist)('is held once in memory', async () => {
    const before = process.memoryUsage().arrayBuffers
    const { train, test: held } = await loadFashionMnist({ source: 'system' })
    expect([train, held].map(({ images }) => images.byteLength)).toEqual([47_040_000, 7_840_000])
    expect([train, held].map(({ images }) => images.buffer.byteLength)).toEqual([47_040_000, 7_840_000])
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(140e6)
  })

  testWith(fullFashionMnist)('from files dropped on a page', async () => {
    const files = await Promise.all(
      names.map(async (name) => new File([Uint8Array.from(await fullFile(name))], name)),
    )
    const { train, source } = await loadFashionMnist({ source: { files } })
    expect([train.count, source.kind]).toEqual([60_000, 'folder'])
  })
})

describe('auto takes the first place that has the set whole', () => {
  testWith(fullFashionMnist)('the cache, then the system’s folder, then a mirror', async () => {
    const server = await serveFashionMnist()
    const options = await nowhere({ mirrors: [server.url] })
    expect((await loadFashionMnist(options)).source).toMatchObject({ kind: 'download', location: server.url })
    expect(await filesIn(join(options.cacheDirectory, 'fashion-mnist'))).toEqual(names.toSorted())
    const cached = { ...options, systemDirectory: fullFashionMnist.path, mirrors: ['http://127.0.0.1:9/'] }
    expect((await loadFashionMnist(cached)).source).toMatchObject({
      kind: 'cache',
      location: options.cacheDirectory,
    })
    const fresh = { ...cached, cacheDirectory: await temporaryFolder() }
    expect((await loadFashionMnist(fresh)).source.kind).toBe('system')
    expect(options.warnings).toEqual([])
    expect(server.requests).toHaveLength(4)
  })

  testWith(fullFashionMnist)('past a damaged cache, which is told', async () => {
    const options = await nowhere({ systemDirectory: fullFashionMnist.path })
    await linkedSet(join(options.cacheDirectory, 'fashion-mnist'), { [labels]: await wrongLabels() })
    expect((await loadFashionMnist(options)).source.kind).toBe('system')
    expect(options.warnings.map(({ code }) => code)).toEqual(['DATASET_CHECKSUM'])
  })

  test('the sample at last, and says so', async () => {
    const options = await nowhere()
    const { source } = await loadFashionMnist(options)
    expect(source.kind).toBe('sample')
    expect(options.warnings).toHaveLength(1)
    expect(options.warnings[0]).toMatchObject({ code: 'DATASET_SAMPLE' })
    expect(options.warnings[0]?.message).toMatch(/cannot be compared.*cannot be reached/s)
  })

  test('the sample without asking the network, if that is switched off', async () => {
    const server = await serve((_, response) => void response.end())
    const options = await nowhere({ mirrors: [server.url] })
    expect((await loadFashionMnist({ ...options, offline: true })).source.kind).toBe('sample')
    vi.stubEnv('TREADLE_OFFLINE', '1')
    try {
      expect((await loadFashionMnist(options)).source.kind).toBe('sample')
    } finally {
      vi.unstubAllEnvs()
    }
    expect(server.requests).toEqual([])
    expect(options.warnings[0]?.message).toMatch(/network is disabled/)
  })

  test('the sample where a login page answers for every mirror', async () => {
    const server = await serve((_, response) => void response.end('<html>Welcome to our network</html>'))
    const options = await nowhere({ mirrors: [server.url] })
    expect((await loadFashionMnist(options)).source.kind).toBe('sample')
    expect(options.warnings.map(({ code }) => code)).toEqual(['DATASET_BAD_MAGIC', 'DATASET_SAMPLE'])
    expect(await filesIn(join(options.cacheDirectory, 'fashion-mnist'))).toEqual([])
  })
})

describe('a source that is named is used or fails', () => {
  const cases: [string, FashionMnistOptions, string, RegExp][] = [
    ['an empty cache', { source: 'cache' }, 'DATASET_NOT_FOUND', /train-images-idx3-ubyte/],
    ['no system folder', { source: 'system' }, 'DATASET_NOT_FOUND', /no such folder/],
    ['no network', { source: 'download' }, 'DATASET_DOWNLOAD', /cannot be reached/],
    ['the network switched off', { source: 'download', offline: true }, 'DATASET_OFFLINE', /TREADLE_OFFLINE/],
    ['no folder', { source: { folder: 'no-such-folder' } }, 'DATASET_NOT_FOUND', /no-such-folder/],
    [
      'an unknown name',
      { source: 'internet' as 'auto' },
      'DATASET_BAD_OPTION',
      /auto, cache, system, download, sample/,
    ],
    ['a name from the prototype', { source: 'toString' as 'auto' }, 'DATASET_BAD_OPTION', /must be one of/],
    ['no mirrors', { source: 'download', mirrors: [] }, 'DATASET_BAD_OPTION', /at least one/],
    [
      'a mirror that is no address',
      { source: 'download', mirrors: ['file:///tmp'] },
      'DATASET_BAD_OPTION',
      /https/,
    ],
  ]
  test.each(cases)('%s', async (_, given, code, message) => {
    const error = await failure(async () => loadFashionMnist(await nowhere(given)))
    expect([error.code, error.message]).toEqual([code, expect.stringMatching(message)])
  })

  test('a folder with three of the four files', async () => {
    const folder = await temporaryFolder()
    for (const name of names.slice(1)) await writeFile(join(folder, name), '')
    const error = await failure(() => loadFashionMnist({ source: { folder } }))
    expect(error.message).toMatch(/train-images-idx3-ubyte is missing/)
  })

  testWith(fullFashionMnist)('a folder with a wrong file: both digests are named', async () => {
    const folder = await linkedSet(join(await temporaryFolder(), 'set'), { [labels]: await wrongLabels() })
    const error = await failure(() => loadFashionMnist({ source: { folder } }))
    expect(error.code).toBe('DATASET_CHECKSUM')
    expect(error.message).toContain(join(folder, labels))
    expect(error.message).toMatch(
      /[0-9a-f]{64}, expected 0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34/,
    )
  })

  test('the sample’s files, which are not the full set', async () => {
    const folder = new URL('../../sample', import.meta.url).pathname
    const error = await failure(() => loadFashionMnist({ source: { folder } }))
    expect([error.code, error.message]).toEqual(['DATASET_BAD_SHAPE', expect.stringMatching(/expected \[/)])
  })
})

describe('the cache', () => {
  testWith(fullFashionMnist)('is filled by fetchFashionMnist, once', async () => {
    const server = await serveFashionMnist()
    const options = await nowhere({ mirrors: [server.url.slice(0, -1)] })
    expect(await fetchFashionMnist(forFetch(options))).toMatchObject({
      kind: 'download',
      location: options.cacheDirectory,
    })
    expect(await fetchFashionMnist(forFetch(options))).toMatchObject({ kind: 'cache' })
    expect(server.requests).toHaveLength(4)
  })

  testWith(fullFashionMnist)('gets a damaged file replaced, and only that', async () => {
    const server = await serveFashionMnist()
    const options = await nowhere({ mirrors: [server.url] })
    const folder = await linkedSet(join(options.cacheDirectory, 'fashion-mnist'), {
      [labels]: await wrongLabels(),
    })
    expect((await loadFashionMnist({ ...options, source: 'download' })).source.kind).toBe('download')
    expect(server.requests.map(({ path }) => path)).toEqual([`/${labels}`])
    expect(Buffer.compare(await readFile(join(folder, labels)), await fullFile(labels))).toBe(0)
  })

  testWith(fullFashionMnist)('that cannot be written costs a warning', async () => {
    const server = await serveFashionMnist()
    const file = join(await temporaryFolder(), 'file')
    await writeFile(file, '')
    const options = await nowhere({ mirrors: [server.url], cacheDirectory: join(file, 'cache') })
    const { source, train } = await loadFashionMnist({ ...options, source: 'download' })
    expect([source.kind, train.count]).toEqual(['download', 60_000])
    expect(options.warnings.map(({ code }) => code)).toEqual(['DATASET_CACHE'])
    expect((await failure(() => fetchFashionMnist(forFetch(options)))).code).toBe('DATASET_CACHE')
  })

  testWith(fullFashionMnist)('follows TREADLE_CACHE', async () => {
    const folder = await temporaryFolder()
    await linkedSet(join(folder, 'fashion-mnist'))
    vi.stubEnv('TREADLE_CACHE', folder)
    try {
      expect((await loadFashionMnist({ source: 'cache' })).source.location).toBe(folder)
    } finally {
      vi.unstubAllEnvs()
    }
  })

  testWith(fullFashionMnist)('takes nothing from a mirror whose file is wrong', async () => {
    const server = await serveFashionMnist({
      [labels]: async (_, response) => response.end(await wrongLabels()),
    })
    const options = await nowhere({ mirrors: [server.url] })
    expect((await failure(() => loadFashionMnist({ ...options, source: 'download' }))).code).toBe(
      'DATASET_CHECKSUM',
    )
    expect(await filesIn(join(options.cacheDirectory, 'fashion-mnist'))).not.toContain(labels)
  })
})

testWith(fullFashionMnist)('a signal ends loading from disk', async () => {
  const controller = new AbortController()
  const onProgress = () => controller.abort(new Error('enough'))
  await expect(loadFashionMnist({ source: 'system', signal: controller.signal, onProgress })).rejects.toThrow(
    'enough',
  )
  await expect(loadFashionMnist({ signal: controller.signal })).rejects.toThrow('enough')
})
