import { fc, test } from '@fast-check/vitest'
import { existsSync } from 'node:fs'
import { appendFile, mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { exampleRecord } from '../../test/example-record.ts'
import { temporaryFolder } from '../../test/temporary-folder.ts'
import { DirectoryStore } from './directory.ts'
import { openRun } from './open-run.ts'
import { Run, assertFree } from './run.ts'

async function exampleRun() {
  const path = join(await temporaryFolder(), 'runs', 'one')
  return Run.create(new DirectoryStore(path), exampleRecord())
}

test('what is written is read back', async () => {
  const run = await exampleRun()
  await run.appendHistory({ epoch: 1, loss: 0.7, accuracy: 0.75 })
  await run.appendHistory({ epoch: 2, loss: 0.5, accuracy: 0.8 })
  await run.writeCheckpoint('last', Uint8Array.of(1, 2, 3))
  await run.update({ seconds: 99 })
  const again = await openRun(run.location)
  expect(again.record).toEqual(exampleRecord({ seconds: 99 }))
  expect(await again.readHistory()).toEqual([
    { epoch: 1, loss: 0.7, accuracy: 0.75 },
    { epoch: 2, loss: 0.5, accuracy: 0.8 },
  ])
  expect([...((await again.readCheckpoint('last')) ?? [])]).toEqual([1, 2, 3])
  expect(await again.readCheckpoint('best')).toBeUndefined()
  expect((await readdir(run.location)).sort()).toEqual(['checkpoints', 'history.jsonl', 'run.json'])
})

test('a last line of history that a crash cut short is left out', async () => {
  const run = await exampleRun()
  await run.appendHistory({ epoch: 1, loss: 0.7 })
  await appendFile(join(run.location, 'history.jsonl'), '{"epoch":2,"lo')
  expect(await run.readHistory()).toEqual([{ epoch: 1, loss: 0.7 }])
})

describe('a folder that exists', () => {
  test('is taken when it is empty', async () => {
    await expect(assertFree(new DirectoryStore(await temporaryFolder()), false)).resolves.toBeUndefined()
  })

  test('is refused and stays as it is when a run is in it', async () => {
    const run = await exampleRun()
    const before = await readFile(join(run.location, 'run.json'), 'utf8')
    await expect(Run.create(run.store, exampleRecord({ seconds: 1 }))).rejects.toMatchObject({
      code: 'EXPERIMENT_RUN_EXISTS',
      message: expect.stringMatching(/--resume.*--force/) as string,
    })
    expect(await readFile(join(run.location, 'run.json'), 'utf8')).toBe(before)
  })

  test('loses its old run to force, and nothing else', async () => {
    const run = await exampleRun()
    await run.appendHistory({ epoch: 1, loss: 0.7 })
    await writeFile(join(run.location, 'notes.txt'), 'mine')
    const fresh = await Run.create(run.store, exampleRecord({ seconds: 1 }), { force: true })
    expect(await fresh.readHistory()).toEqual([])
    expect(await readFile(join(run.location, 'notes.txt'), 'utf8')).toBe('mine')
  })

  test('of other files is refused even with force', async () => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'thesis.tex'), 'years of work')
    await expect(assertFree(new DirectoryStore(folder), true)).rejects.toMatchObject({
      code: 'EXPERIMENT_RUN_EXISTS',
    })
    await expect(assertFree(new DirectoryStore(join(folder, 'thesis.tex')), false)).rejects.toMatchObject({
      code: 'EXPERIMENT_RUN_EXISTS',
    })
    await expect(
      assertFree(new DirectoryStore(join(folder, 'thesis.tex', 'x')), false),
    ).rejects.toMatchObject({
      code: 'EXPERIMENT_RUN_EXISTS',
    })
  })

  test('in which a living process trains is refused even with force', async () => {
    const run = await exampleRun()
    await run.update({ status: 'running', process: { pid: process.ppid, host: hostname() } })
    await expect(assertFree(run.store, true)).rejects.toMatchObject({ code: 'EXPERIMENT_RUN_BUSY' })
    await run.update({ process: { pid: 2 ** 22 + 1, host: hostname() } })
    await expect(assertFree(run.store, true)).resolves.toBeUndefined()
  })
})

describe('opening', () => {
  test('says what is no run directory', async () => {
    const folder = await temporaryFolder()
    await expect(openRun(folder)).rejects.toMatchObject({ code: 'EXPERIMENT_RUN_MISSING' })
    await expect(openRun(join(folder, 'none'))).rejects.toMatchObject({ code: 'EXPERIMENT_RUN_MISSING' })
  })

  test.each([
    ['{"format":2', /not complete JSON/],
    ['{"format":3}', /format 3.*Update/],
    ['{"name":"something else"}', /"format" is wrong/],
    ['null', /wrong/],
    [
      JSON.stringify({ ...exampleRecord(), recipe: { ...exampleRecord().recipe, training: { epochs: 0 } } }),
      /"recipe\.training\.epochs" is wrong/,
    ],
  ])('refuses run.json %s', async (text, message) => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'run.json'), text)
    await expect(openRun(folder)).rejects.toMatchObject({
      code: 'EXPERIMENT_RUN_INVALID',
      message: expect.stringMatching(message) as string,
    })
  })

  test.prop([fc.oneof(fc.json(), fc.string())], { numRuns: 50 })(
    'never takes arbitrary text for a run',
    async (text) => {
      const folder = await temporaryFolder()
      await writeFile(join(folder, 'run.json'), text)
      await expect(openRun(folder)).rejects.toMatchObject({ code: 'EXPERIMENT_RUN_INVALID' })
    },
  )
})

test('a write that fails leaves the old file and no temporary one', async () => {
  const run = await exampleRun()
  await mkdir(join(run.location, 'report.html'))
  await expect(run.write('report.html', 'new')).rejects.toThrow(/EISDIR|ENOTEMPTY|EEXIST/)
  expect((await readdir(run.location)).filter((name) => name.endsWith('.tmp'))).toEqual([])
})

test.runIf(existsSync('/proc/self'))('a place where no folder can be made is refused at once', async () => {
  await expect(Run.create(new DirectoryStore('/proc/treadle/run'), exampleRecord())).rejects.toMatchObject({
    code: 'ENOENT',
  })
})
