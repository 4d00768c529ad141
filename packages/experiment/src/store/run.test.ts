import { fc, test } from '@fast-check/vitest'
import { thisProcess } from '@treadle/core/node'
import { spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { appendFile, mkdir, readFile, readdir, rm, utimes, writeFile } from 'node:fs/promises'
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
  expect(again.record).toEqual({
    ...exampleRecord({ seconds: 99 }),
    process: run.record.process,
    files: { 'checkpoints/last.ckpt': [expect.stringMatching(/^[\da-f]{64}$/)] },
  })
  expect(await again.readHistory()).toEqual([
    { epoch: 1, loss: 0.7, accuracy: 0.75 },
    { epoch: 2, loss: 0.5, accuracy: 0.8 },
  ])
  expect([...((await again.readCheckpoint('last')) ?? [])]).toEqual([1, 2, 3])
  expect(await again.readCheckpoint('best')).toBeUndefined()
  await run.release()
  expect((await readdir(run.location)).sort()).toEqual(['checkpoints', 'history.jsonl', 'run.json'])
})

test('a last line of history that a crash cut short is left out', async () => {
  const run = await exampleRun()
  await run.appendHistory({ epoch: 1, loss: 0.7 })
  await appendFile(join(run.location, 'history.jsonl'), '{"epoch":2,"lo')
  expect(await run.readHistory()).toEqual([{ epoch: 1, loss: 0.7 }])
})

test.each([
  ['NaN', Number.NaN],
  ['an infinity', Infinity],
])('%s is not written', async (_, value) => {
  const run = await exampleRun()
  await run.appendHistory({ epoch: 1, loss: 0.5 })
  const refused = { code: 'EXPERIMENT_NOT_FINITE' }
  await expect(run.appendHistory({ epoch: 2, loss: value })).rejects.toMatchObject(refused)
  await expect(run.replaceHistory([{ epoch: 1, loss: 1, val_loss: value }])).rejects.toMatchObject(refused)
  await expect(run.update({ test: { loss: value } })).rejects.toMatchObject(refused)
  await run.update({ seconds: 5 })
  await run.release()
  const again = await openRun(run.location)
  expect([again.record.seconds, await again.readHistory()]).toEqual([5, [{ epoch: 1, loss: 0.5 }]])
})

test.each([
  ['a value that is null', '{"epoch":1,"loss":null}'],
  ['an accuracy above 1', '{"epoch":1,"loss":1,"accuracy":88}'],
  ['a negative time', '{"epoch":1,"loss":1,"seconds":-1}'],
  ['an endless loss', '{"epoch":1,"loss":1e999}'],
  ['epoch 0', '{"epoch":0,"loss":1}'],
  ['an epoch twice', '{"epoch":1,"loss":1}\n{"epoch":1,"loss":1}'],
  ['more epochs than the run has', '{"epoch":1000000,"loss":1}'],
  ['a list', '[]'],
])('a history with %s is an error', async (_, text) => {
  const run = await exampleRun()
  await run.release()
  await writeFile(join(run.location, 'history.jsonl'), `${text}\n`)
  await expect((await openRun(run.location)).readHistory()).rejects.toMatchObject({
    code: 'EXPERIMENT_RUN_INVALID',
  })
})

test.each<[string, (record: any) => void]>([
  ['a time that is null', (record) => (record.seconds = null)],
  ['a negative time', (record) => (record.seconds = -1)],
  ['no threads', (record) => (record.backend.threads = 0)],
  ['half a sample', (record) => (record.dataset.test = 0.5)],
  ['fewer than no samples', (record) => (record.dataset.train = -3)],
  ['names that are numbers', (record) => (record.dataset.names = [1, 2])],
  ['a metric that is null', (record) => (record.test = { accuracy: null })],
  ['a negative size', (record) => (record.model.parameters.total = -1)],
  ['epochs in a list', (record) => (record.recipe.training.epochs = [2])],
  ['an unknown status', (record) => (record.status = 'x')],
  ['a seed out of range', (record) => (record.recipe.training.seed = -1)],
])('a record with %s is an error', async (_, change) => {
  const run = await exampleRun()
  await run.release()
  const path = join(run.location, 'run.json')
  const record: unknown = JSON.parse(await readFile(path, 'utf8'))
  change(record)
  await writeFile(path, JSON.stringify(record))
  await expect(openRun(run.location)).rejects.toMatchObject({ code: 'EXPERIMENT_RUN_INVALID' })
})

/** A finished run with a file of each kind, given back. */
async function finishedRun() {
  const run = await exampleRun()
  await run.appendHistory({ epoch: 1, loss: 0.7 })
  await run.writeAll({
    'report.html': '<p>',
    'predictions.csv': 'a,b',
    'checkpoints/last.ckpt': Uint8Array.of(1),
  })
  await run.release()
  return run
}

/** All files below a folder with their content. */
async function contents(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((file) => join(file.parentPath, file.name))
  return Object.fromEntries(
    await Promise.all(files.map(async (path) => [path, await readFile(path, 'base64')] as const)),
  )
}

describe('a folder that exists', () => {
  test('is taken when it is empty', async () => {
    await expect(assertFree(new DirectoryStore(await temporaryFolder()), false)).resolves.toBeUndefined()
  })

  test('is refused and stays as it is when a run is in it', async () => {
    const run = await finishedRun()
    const before = await contents(run.location)
    await expect(Run.create(run.store, exampleRecord({ seconds: 1 }))).rejects.toMatchObject({
      code: 'EXPERIMENT_RUN_EXISTS',
      message: expect.stringMatching(/--resume.*--force/) as string,
    })
    expect(await contents(run.location)).toEqual(before)
  })

  test('is taken again if its run was killed before its first checkpoint', async () => {
    const run = await exampleRun()
    await run.update({ status: 'running' })
    await run.appendHistory({ epoch: 1, loss: 0.7 })
    await run.release()
    const again = await Run.create(run.store, exampleRecord({ seconds: 1 }))
    expect(await again.readHistory()).toEqual([])
  })

  test('loses its old run to force, and nothing else', async () => {
    const { location, store } = await finishedRun()
    const mine = ['notes.txt', 'plan.svg', 'checkpoints/epoch-3.ckpt', 'model/readme.md']
    await mkdir(join(location, 'model'))
    for (const name of mine) await writeFile(join(location, name), 'mine')
    const fresh = await Run.create(store, exampleRecord({ seconds: 1 }), { force: true })
    expect(await fresh.readHistory()).toEqual([])
    for (const name of mine) expect(await readFile(join(location, name), 'utf8')).toBe('mine')
    expect((await store.list()).toSorted()).toEqual([
      'checkpoints',
      'model',
      'notes.txt',
      'plan.svg',
      'run.json',
    ])
    expect(await readdir(join(location, 'checkpoints'))).toEqual(['epoch-3.ckpt'])
  })

  test.each(['report.html', 'predictions.csv', 'history.jsonl', 'accuracy.svg', 'model/weights.bin'])(
    'is not replaced when %s in it is not what the run wrote',
    async (name) => {
      const { location, store } = await finishedRun()
      await mkdir(join(location, 'model'))
      await writeFile(join(location, name), 'changed by hand\n')
      const before = await contents(location)
      await expect(Run.create(store, exampleRecord(), { force: true })).rejects.toMatchObject({
        code: 'EXPERIMENT_RUN_EXISTS',
        message: expect.stringContaining(`holds ${name}, which the run did not write`) as string,
      })
      expect(await contents(location)).toEqual(before)
    },
  )

  test('with a run of an earlier version loses to force the names that it wrote', async () => {
    const { location, store } = await finishedRun()
    const { files: _, ...record } = JSON.parse(await readFile(join(location, 'run.json'), 'utf8')) as {
      files: unknown
    }
    await writeFile(join(location, 'run.json'), JSON.stringify(record))
    await writeFile(join(location, 'plan.svg'), 'mine')
    await Run.create(store, exampleRecord(), { force: true })
    expect((await store.list()).toSorted()).toEqual(['plan.svg', 'run.json'])
  })

  test.each([
    '{"name":"jogging","km":7}',
    '[]',
    'not JSON',
    JSON.stringify({ format: 2, status: 'finished' }),
  ])('with another program’s run.json (%s) is refused even with force', async (text) => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'run.json'), text)
    await writeFile(join(folder, 'report.html'), 'mine')
    const before = await contents(folder)
    for (const force of [false, true]) {
      await expect(Run.create(new DirectoryStore(folder), exampleRecord(), { force })).rejects.toMatchObject({
        code: 'EXPERIMENT_RUN_EXISTS',
      })
    }
    expect(await contents(folder)).toEqual(before)
  })

  test('of other files is refused even with force', async () => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'thesis.tex'), 'years of work')
    for (const path of [folder, join(folder, 'thesis.tex'), join(folder, 'thesis.tex', 'x')]) {
      await expect(assertFree(new DirectoryStore(path), true)).rejects.toMatchObject({
        code: 'EXPERIMENT_RUN_EXISTS',
      })
      await expect(
        Run.create(new DirectoryStore(path), exampleRecord(), { force: true }),
      ).rejects.toMatchObject({ code: 'EXPERIMENT_RUN_EXISTS' })
    }
    expect(await contents(folder)).toEqual({ [join(folder, 'thesis.tex')]: expect.any(String) as string })
  })

  test('in which an earlier version trains is refused even with force', async () => {
    const run = await finishedRun()
    const path = join(run.location, 'run.json')
    const stored = JSON.parse(await readFile(path, 'utf8')) as object
    const written = (pid: number) =>
      writeFile(path, JSON.stringify({ ...stored, status: 'running', process: { pid, host: hostname() } }))
    await written(process.ppid)
    await expect(assertFree(run.store, true)).rejects.toMatchObject({ code: 'EXPERIMENT_RUN_BUSY' })
    await expect(run.take()).rejects.toMatchObject({ code: 'EXPERIMENT_RUN_BUSY' })
    await written(2 ** 22 + 1)
    await expect(assertFree(run.store, true)).resolves.toBeUndefined()
  })
})

describe('two writers', () => {
  test('do not write one run: the second is refused until the first gives it back', async () => {
    const run = await exampleRun()
    const other = await openRun(run.location)
    for (const attempt of [
      () => other.take(),
      () => other.write('report.html', ''),
      () => Run.create(run.store, exampleRecord(), { force: true }),
    ]) {
      await expect(attempt()).rejects.toMatchObject({
        code: 'EXPERIMENT_RUN_BUSY',
        message: expect.stringContaining(`Process ${process.pid} is still training in`) as string,
      })
    }
    await run.release()
    await other.write('report.html', '')
    expect(await readdir(run.location)).toEqual(['report.html', 'run.json'])
  })

  test('that each write once do so one after the other', async () => {
    const run = await finishedRun()
    await Promise.all(['a', 'b', 'c'].map((name) => run.write(name, name)))
    expect(Object.keys((await openRun(run.location)).record.files ?? {})).toEqual(
      expect.arrayContaining(['a', 'b', 'c']),
    )
  })

  test('a run whose folder was removed is not written any more', async () => {
    const run = await exampleRun()
    await rm(run.location, { recursive: true })
    await expect(run.update({ seconds: 1 })).rejects.toMatchObject({ code: 'EXPERIMENT_RUN_LOST' })
    await run.release()
  })

  test('of a run that begin at once: one does', async () => {
    const path = join(await temporaryFolder(), 'run')
    const results = await Promise.allSettled(
      Array.from({ length: 4 }, () => Run.create(new DirectoryStore(path), exampleRecord())),
    )
    expect(results.filter(({ status }) => status === 'fulfilled').length).toBeLessThanOrEqual(1)
    for (const result of results) {
      if (result.status === 'rejected')
        expect(result.reason).toMatchObject({ code: expect.stringMatching(/_(BUSY|EXISTS)$/) as string })
    }
  })
})

test('what a killed process leaves is swept when the run is taken', async () => {
  const run = await finishedRun()
  const { pid } = spawnSync(process.execPath, ['--version'])
  const { machine } = thisProcess()
  const left = [
    `.owner.${machine}.${pid}.1.${randomUUID()}`,
    `.run.json.${randomUUID()}.tmp`,
    `checkpoints/.best.ckpt.${randomUUID()}.tmp`,
  ]
  for (const name of left) await writeFile(join(run.location, name), 'half')
  await writeFile(join(run.location, '.mine.tmp'), 'mine')
  expect((await run.store.list()).toSorted()).toEqual([
    '.mine.tmp',
    'checkpoints',
    'history.jsonl',
    'predictions.csv',
    'report.html',
    'run.json',
  ])
  await run.take()
  await run.release()
  const all = await readdir(run.location, { recursive: true })
  expect(all.filter((name) => name.includes('.tmp') || name.includes('.owner'))).toEqual(['.mine.tmp'])
})

test('an owner on another machine holds the run while it renews its file', async () => {
  const run = await finishedRun()
  const owner = join(run.location, `.owner.0123456789ab.1.1.${randomUUID()}`)
  await writeFile(owner, '')
  await expect(run.take()).rejects.toMatchObject({ code: 'EXPERIMENT_RUN_BUSY' })
  const longAgo = new Date(Date.now() - 11 * 60_000)
  await utimes(owner, longAgo, longAgo)
  await run.take()
  await run.release()
  expect(await readdir(run.location)).not.toContain(owner)
})

test('the record names the owner by number, start and a random token', async () => {
  const run = await exampleRun()
  const { start } = thisProcess()
  const token = expect.stringMatching(/^[\da-f-]{36}$/) as string
  expect(run.record.process).toEqual({ pid: process.pid, host: hostname(), start, token })
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
