import type { FileMetaData } from 'hyparquet'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
// @ts-expect-error JavaScript, which the fuzzer runs as it is.
import { lyingParquet, packedParquet, packers } from '../../../../fuzz/targets/support/lying-parquet.js'
import { greyPng } from '../../test/png.ts'
import { sourceFile } from '../bytes.ts'
import { Findings } from '../findings.ts'
import { inMemory } from './keep-images.ts'

type Name = 'BROTLI' | 'GZIP' | 'LZ4' | 'LZ4_RAW' | 'SNAPPY' | 'ZSTD'
const packed = packers as Record<Name, (bytes: Uint8Array) => Uint8Array>
const names = Object.keys(packed).filter((name): name is Name => name !== 'UNCOMPRESSED')

const pages = {
  'a page of a PNG': greyPng(20, 20, 7),
  'a page that ends in zeros': Uint8Array.from({ length: 300 }, (_, i) => (i < 200 ? i : 0)),
  'a page of zeros': new Uint8Array(100),
}

beforeEach(() => void vi.resetModules())

// The next file must not meet the modules of this one.
afterEach(() => {
  vi.doUnmock('#platform')
  vi.doUnmock('zstddec')
  vi.resetModules()
})

async function codecOf(name: Name) {
  const { codecsOf } = await import('./codecs.ts')
  const metadata = { row_groups: [{ columns: [{ meta_data: { codec: name } }] }] }
  const codecs = await codecsOf(metadata as unknown as FileMetaData, 'x.parquet')
  return codecs[name] as (bytes: Uint8Array, size: number) => Uint8Array
}

describe.each(['node', 'browser'])('in %s', (host) => {
  beforeEach(() => void vi.doMock('#platform', () => import(`../platform.${host}.ts`)))

  test.each(names)('%s unpacks to the stated size, and to no other', async (name) => {
    const unpack = await codecOf(name)
    for (const bytes of Object.values(pages)) {
      expect(Uint8Array.from(unpack(packed[name](bytes), bytes.length))).toEqual(bytes)
      for (const wrong of [bytes.length - 1, bytes.length + 1, 10 * bytes.length])
        expect(lengthOf(() => unpack(packed[name](bytes), wrong))).not.toBe(wrong)
    }
  })

  test('a file that states what is not so is an error, and the next one is read', async () => {
    const { readPictures } = await import('./read-parquet.ts')
    const read = (bytes: Uint8Array) =>
      readPictures(sourceFile(bytes, 'x.parquet'), {
        findings: new Findings(undefined),
        keep: inMemory,
        options: {},
      })
    const image = greyPng(2, 2, 7)
    for (const [name, bytes] of Object.entries(lyingParquet(image) as Record<string, Uint8Array>)) {
      const found = await read(bytes).catch(({ code }: { code: unknown }) => code)
      expect([name, found]).toEqual([name, 'DATASET_BAD_PARQUET'])
    }
    for (const bytes of Object.values(packedParquet(image) as Record<string, Uint8Array>))
      expect((await read(bytes)).pictures).toHaveLength(4)
  })
})

test('a page that forbids the decoder of Zstandard says what to allow', async () => {
  vi.doMock('#platform', () => import('../platform.browser.ts'))
  class ZSTDDecoder {
    init = () => Promise.reject(new TypeError('Failed to fetch'))
  }
  vi.doMock('zstddec', () => ({ ZSTDDecoder }))
  await expect(codecOf('ZSTD')).rejects.toMatchObject({
    code: 'DATASET_BAD_PARQUET',
    message: expect.stringContaining('`connect-src data:`') as string,
  })
})

/** The reader compares it with what is stated. */
function lengthOf(unpack: () => Uint8Array): number | undefined {
  try {
    return unpack().length
  } catch {
    return undefined
  }
}
