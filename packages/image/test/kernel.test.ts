import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { afterEach, expect, test, vi } from 'vitest'
import type { Picture } from '../src/picture.ts'
import { resize } from '../src/resize.ts'

const read = (path: string) => readFile(new URL(path, import.meta.url))

test('the compiled kernel is that of the source: node scripts/compile.js', async () => {
  const sha256 = createHash('sha256')
    .update(await read('../assembly/sums.ts'))
    .digest('hex')
  expect((await read('../src/resize/sums.ts')).toString()).toContain(sha256)
})

afterEach(() => {
  vi.unstubAllGlobals()
  vi.resetModules()
})

test('where WebAssembly is not allowed, pictures are resized to the same bytes', async () => {
  const data = Uint8Array.from({ length: 120 * 90 * 3 }, (_, i) => (i * i * 5 + i * 7) >> 3)
  const picture: Picture = { width: 120, height: 90, channels: 3, data }
  const size = { width: 11, height: 13 }
  vi.resetModules()
  vi.stubGlobal('WebAssembly', {})
  const { takeKernel } = await import('../src/resize/kernel-sums.ts')
  expect(takeKernel(120, 11, 13)).toBeUndefined()
  const without = await import('../src/resize.ts')
  expect(without.resize(picture, size)).toEqual(resize(picture, size))
})
