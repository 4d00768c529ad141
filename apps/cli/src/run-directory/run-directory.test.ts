import { fc, test } from '@fast-check/vitest'
import { existsSync } from 'node:fs'
import { appendFile, mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { exampleRecord } from '../../test/run-record.ts'
import { temporaryFolder } from '../../test/test-context.ts'
import { RunDirectory, assertFree } from './run-directory.ts'

async function exampleRun() {
  const path = join(await temporaryFolder(), 'runs', 'one')
  return RunDirectory.create(path, exampleRecord())
}

test('what is written is read back', async () => {
  const run = await exampleRun()
  await run.appendHistory({ epoch: 1, loss: 0.7, accuracy: 0.75 })
  await run.appendHistory({ epoch: 2, loss: 0.5, accuracy: 0.8 })
  await run.writeCheckpoint('last', Uint8Array.of(1, 2, 3))
  await run.update({ seconds: 99 })
  const again = await RunDirectory.open(run.path)
  expect(again.record).toEqual(exampleRecord({ seconds: 99 }))
  expect(await again.readHistory()).toEqual([
    { epoch: 1, loss: 0.7, accuracy: 0.75 },
    { epoch: 2, loss: 0.5, accuracy: 0.8 },
  ])
  expect([...((await again.readCheckpoint('last')) ?? [])]).toEqual([1, 2, 3])
  expect(await again.readCheckpoint('best')).toBeUndefined()
  expect((await readdir(run.path)).sort()).toEqual(['checkpoints', 'history.jsonl', 'run.json'])
})

test('a last line of history that a crash cut short is left out', async () => {
  const run = await exampleRun()
  await run.appendHistory({ epoch: 1, loss: 0.7 })
  await appendFile(join(run.path, 'history.jsonl'), '{"epoch":2,"lo')
  expect(await run.readHistory()).toEqual([{ epoch: 1, loss: 0.7 }])
})

describe('a folder that exists', () => {
  test('is taken when it is empty', async () => {
    await expect(assertFree(await temporaryFolder())).resolves.toBeUndefined()
  })

  test('is refused and stays as it is when a run is in it', async () => {
    const run = await exampleRun()
    const before = await readFile(join(run.path, 'run.json'), 'utf8')
    await expect(RunDirectory.create(run.path, exampleRecord({ seconds: 1 }))).rejects.toMatchObject({
      code: 'CLI_RUN_EXISTS',
      message: expect.stringMatching(/--resume .*--force/) as string,
    })
    expect(await readFile(join(run.path, 'run.json'), 'utf8')).toBe(before)
  })

  test('loses its old run to force, and nothing else', async () => {
    const run = await exampleRun()
    await run.appendHistory({ epoch: 1, loss: 0.7 })
    await writeFile(join(run.path, 'notes.txt'), 'mine')
    const fresh = await RunDirectory.create(run.path, exampleRecord({ seconds: 1 }), { force: true })
    expect(await fresh.readHistory()).toEqual([])
    expect(await readFile(join(run.path, 'notes.txt'), 'utf8')).toBe('mine')
  })

  test('of other files is refused even with force', async () => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'thesis.tex'), 'years of work')
    await expect(assertFree(folder, { force: true })).rejects.toMatchObject({ code: 'CLI_RUN_EXISTS' })
    await expect(assertFree(join(folder, 'thesis.tex'))).rejects.toMatchObject({ code: 'CLI_RUN_EXISTS' })
    await expect(assertFree(join(folder, 'thesis.tex', 'x'))).rejects.toMatchObject({
      code: 'CLI_RUN_EXISTS',
    })
  })

  test('in which a living process trains is refused even with force', async () => {
    const run = await exampleRun()
    await run.update({ status: 'running', process: { pid: process.ppid, host: hostname() } })
    await expect(assertFree(run.path, { force: true })).rejects.toMatchObject({ code: 'CLI_RUN_BUSY' })
    await run.update({ process: { pid: 2 ** 22 + 1, host: hostname() } })
    await expect(assertFree(run.path, { force: true })).resolves.toBeUndefined()
  })
})

describe('opening', () => {
  test('says what is no run directory', async () => {
    const folder = await temporaryFolder()
    await expect(RunDirectory.open(folder)).rejects.toMatchObject({ code: 'CLI_RUN_MISSING' })
    await expect(RunDirectory.open(join(folder, 'none'))).rejects.toMatchObject({ code: 'CLI_RUN_MISSING' })
  })

  test.each([
    ['{"format":1', /not whole JSON/],
    ['{"format":2}', /format 2.*Update/],
    ['{"name":"something else"}', /"format" is wrong/],
    ['null', /wrong/],
    [
      JSON.stringify({ ...exampleRecord(), request: { ...exampleRecord().request, epochs: 0 } }),
      /"request\.epochs" is wrong/,
    ],
  ])('refuses run.json %s', async (text, message) => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'run.json'), text)
    await expect(RunDirectory.open(folder)).rejects.toMatchObject({
      code: 'CLI_RUN_INVALID',
      message: expect.stringMatching(message) as string,
    })
  })

  test.prop([fc.oneof(fc.json(), fc.string())], { numRuns: 50 })(
    'never takes arbitrary text for a run',
    async (text) => {
      const folder = await temporaryFolder()
      await writeFile(join(folder, 'run.json'), text)
      await expect(RunDirectory.open(folder)).rejects.toMatchObject({ code: 'CLI_RUN_INVALID' })
    },
  )
})

test('a write that fails leaves the old file and no temporary one', async () => {
  const run = await exampleRun()
  await mkdir(join(run.path, 'report.html'))
  await expect(run.write('report.html', 'new')).rejects.toThrow(/EISDIR|ENOTEMPTY|EEXIST/)
  expect((await readdir(run.path)).filter((name) => name.endsWith('.tmp'))).toEqual([])
})

test.runIf(existsSync('/proc/self'))('a place where no folder can be made is refused at once', async () => {
  await expect(RunDirectory.create('/proc/treadle/run', exampleRecord())).rejects.toMatchObject({
    code: 'ENOENT',
  })
})
