import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { failure } from '../../test/failure.ts'
import { concat } from '../bytes.ts'
import { IdxParser } from './parser.ts'
import { readIdx } from './read.ts'

const three = Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 3, 1, 2, 3)

describe('memory', () => {
  const gigabyte = Uint8Array.of(0, 0, 8, 3, 0, 0, 4, 0, 0, 0, 4, 0, 0, 0, 4, 0)

  test('is not taken on a header’s word', async () => {
    const before = process.memoryUsage().arrayBuffers
    const parser = new IdxParser()
    parser.push(gigabyte)
    expect(parser.header?.shape).toEqual([1024, 1024, 1024])
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4 << 20)
    for (const bytes of [gigabyte, gzipSync(gigabyte)]) {
      expect((await failure(() => readIdx(bytes))).message).toMatch(/ends after|cut short/)
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 << 20)
    }
  })

  test('is not filled by gzip that unpacks to more than was declared', async () => {
    const bomb = gzipSync(concat([three, new Uint8Array(100 << 20)]), { level: 1 })
    const before = process.memoryUsage().arrayBuffers
    let most = 0
    const watch = { onProgress: ({ loaded }: { loaded: number }) => (most = Math.max(most, loaded)) }
    expect((await failure(() => readIdx(bomb, watch))).code).toBe('DATASET_EXTRA_BYTES')
    expect(most).toBeLessThan(4 << 20)
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(32 << 20)
  })
})
