import { describe, expect, test, vi } from 'vitest'
// @ts-expect-error JavaScript, which the fuzzer runs as it is.
import { packers } from '../../../../fuzz/targets/support/lying-parquet.js'
import { greyPng } from '../../test/png.ts'

type Name = 'BROTLI' | 'GZIP' | 'LZ4' | 'LZ4_RAW' | 'SNAPPY' | 'ZSTD'
const packed = packers as Record<Name, (bytes: Uint8Array) => Uint8Array>
const names = Object.keys(packed).filter((name): name is Name => name !== 'UNCOMPRESSED')

const pages = {
  'a page of a PNG': greyPng(20, 20, 7),
  'a page that ends in zeros': Uint8Array.from({ length: 300 }, (_, i) => (i < 200 ? i : 0)),
  'a page of zeros': new Uint8Array(100),
}

describe.each(['node', 'browser'])('in %s', (host) => {
  test.each(names)('%s unpacks to the stated size, and to no other', async (name) => {
    vi.resetModules()
    vi.doMock('#platform', () => import(`../platform.${host}.ts`))
    const { codecs } = await import('./codecs.ts')
    const unpack = codecs[name] as (bytes: Uint8Array, size: number) => Uint8Array
    for (const bytes of Object.values(pages)) {
      expect(Uint8Array.from(unpack(packed[name](bytes), bytes.length))).toEqual(bytes)
      for (const wrong of [bytes.length - 1, bytes.length + 1, 10 * bytes.length])
        expect(lengthOf(() => unpack(packed[name](bytes), wrong))).not.toBe(wrong)
    }
    vi.doUnmock('#platform')
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
