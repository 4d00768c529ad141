import { spawnSync } from 'node:child_process'
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { readWholeFile } from './read-file.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'treadle-core-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
})

test('reads a file', async () => {
  const path = join(folder, 'file')
  await writeFile(path, 'text')
  expect(new TextDecoder().decode(await readWholeFile(path))).toBe('text')
})

test.skipIf(process.platform === 'win32')('refuses a named pipe at once', async () => {
  const path = join(folder, 'pipe')
  spawnSync('mkfifo', [path])
  await expect(readWholeFile(path)).rejects.toMatchObject({
    code: 'CORE_NOT_A_FILE',
    message: expect.stringContaining('is a named pipe') as string,
  })
})

test('refuses a file of more than 2 GiB by its size', async () => {
  const path = join(folder, 'large')
  const file = await open(path, 'w')
  await file.truncate(2 ** 31)
  await file.close()
  await expect(readWholeFile(path)).rejects.toMatchObject({ code: 'CORE_FILE_TOO_LARGE' })
})

test('names a folder and a missing file', async () => {
  await expect(readWholeFile(folder)).rejects.toMatchObject({ code: 'EISDIR', path: folder })
  await expect(readWholeFile(join(folder, 'none'))).rejects.toMatchObject({ code: 'ENOENT' })
})
