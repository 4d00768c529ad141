import { mkdtempSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { appendFileDurable, stageFile, writeFileAtomic, writeFilesAtomic } from './atomic-write.ts'
import { isTemporaryFile, removeTemporaryFiles, temporaryPath } from './temporary-files.ts'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'core-'))
  path = join(folder, 'file.json')
})
afterEach(() => rmSync(folder, { recursive: true }))

test('a file is replaced as a whole', async () => {
  await writeFileAtomic(path, 'old')
  await writeFileAtomic(path, Uint8Array.of(110, 101, 119))
  expect(readFileSync(path, 'utf8')).toBe('new')
  expect(readdirSync(folder)).toEqual(['file.json'])
})

test('staged content takes the place of the old only when it is committed', async () => {
  writeFileSync(path, 'old')
  const staged = await stageFile(path, 'new')
  const [temporary] = readdirSync(folder).filter((name) => name !== 'file.json') as [string]
  expect(isTemporaryFile(temporary)).toBe(true)
  expect(readFileSync(join(folder, temporary), 'utf8')).toBe('new')
  expect(readFileSync(path, 'utf8')).toBe('old')
  await staged.discard()
  await staged.discard()
  expect(readdirSync(folder)).toEqual(['file.json'])
  await (await stageFile(path, 'new')).commit()
  expect(readFileSync(path, 'utf8')).toBe('new')
})

test('a failure names the file itself and leaves no other', async () => {
  mkdirSync(path)
  mkdirSync(join(path, 'inner'))
  await expect(writeFileAtomic(path, 'x')).rejects.toMatchObject({ path })
  expect(readdirSync(folder)).toEqual(['file.json'])
  const nowhere = join(folder, 'no-such-folder', 'file.json')
  await expect(writeFileAtomic(nowhere, 'x')).rejects.toMatchObject({ code: 'ENOENT', path: nowhere })
  await expect(appendFileDurable(nowhere, 'x')).rejects.toMatchObject({ code: 'ENOENT', path: nowhere })
})

test('files are replaced in order, and a failure changes none after it', async () => {
  const inner = join(folder, 'inner')
  mkdirSync(join(inner, 'taken', 'full'), { recursive: true })
  await writeFilesAtomic({ [path]: 'a', [join(inner, 'b')]: 'b' })
  expect([readFileSync(path, 'utf8'), readFileSync(join(inner, 'b'), 'utf8')]).toEqual(['a', 'b'])
  const files = { [path]: 'new', [join(inner, 'taken')]: 'x', [join(inner, 'b')]: 'new' }
  await expect(writeFilesAtomic(files)).rejects.toMatchObject({ path: join(inner, 'taken') })
  expect([readFileSync(path, 'utf8'), readFileSync(join(inner, 'b'), 'utf8')]).toEqual(['new', 'b'])
  // The content of one cannot be written: none is replaced.
  await expect(writeFilesAtomic({ [path]: 'newer', [join(folder, 'none', 'c')]: 'c' })).rejects.toMatchObject(
    { code: 'ENOENT', path: join(folder, 'none', 'c') },
  )
  expect(readFileSync(path, 'utf8')).toBe('new')
  expect([...readdirSync(folder), ...readdirSync(inner)].toSorted()).toEqual([
    'b',
    'file.json',
    'inner',
    'taken',
  ])
})

test('text is appended', async () => {
  await appendFileDurable(path, 'a\n')
  await appendFileDurable(path, 'b\n')
  expect(readFileSync(path, 'utf8')).toBe('a\nb\n')
})

test('left-over temporary files are removed, others stay', async () => {
  const others = ['.hidden.tmp', 'file.json', `x${temporaryPath('y').slice(1)}`, `${temporaryPath('y')}.txt`]
  for (const name of others) writeFileSync(join(folder, name), '')
  writeFileSync(temporaryPath(path), '')
  await removeTemporaryFiles(folder)
  expect(readdirSync(folder).toSorted()).toEqual(others.toSorted())
  await removeTemporaryFiles(join(folder, 'no-such-folder'))
})
