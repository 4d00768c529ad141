import { existsSync } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { makeFolder } from './make-folder.ts'

async function temporaryFolder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'treadle-core-'))
  onTestFinished(() => rm(path, { recursive: true, force: true }))
  return path
}

test('names the topmost folder that it made', async () => {
  const root = await temporaryFolder()
  expect(await makeFolder(join(root, 'a', 'b', 'c'))).toBe(join(root, 'a'))
  expect(await makeFolder(join(root, 'a', 'b', 'd'))).toBe(join(root, 'a', 'b', 'd'))
  expect(await makeFolder(join(root, 'a'))).toBeUndefined()
})

test('twenty at once make the same folders', async () => {
  const root = await temporaryFolder()
  const paths = Array.from({ length: 20 }, (_, i) => join(root, 'x', 'y', String(i % 4)))
  await Promise.all(paths.map(makeFolder))
  for (const path of paths) expect((await stat(path)).isDirectory()).toBe(true)
})

test.runIf(existsSync('/proc/self'))('fails at once where no folder can be made', async () => {
  await expect(makeFolder('/proc/treadle/run')).rejects.toMatchObject({ code: 'ENOENT' })
})
