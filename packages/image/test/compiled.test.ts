import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'

const read = (path: string) => readFile(new URL(path, import.meta.url))

test('the compiled kernel is that of the source: node scripts/compile.js', async () => {
  const sha256 = createHash('sha256')
    .update(await read('../assembly/sum-rows.ts'))
    .digest('hex')
  expect((await read('../src/resize/sum-rows.ts')).toString()).toContain(sha256)
})
