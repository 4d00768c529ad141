import { spawnSync } from 'node:child_process'
import { cp, mkdir, open, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeEach, describe, expect, test } from 'vitest'
import { exampleRecord } from '../../test/example-record.ts'
import { temporaryFolder } from '../../test/temporary-folder.ts'
import { openStore } from '../store/open-run.ts'
import { Run } from '../store/run.ts'
import { findRunDirectories } from './find-directories.ts'
import { listRuns } from './list.ts'

const fixture = (name: string) =>
  fileURLToPath(new URL(`../../test/fixtures/format-1/${name}`, import.meta.url))

let folder: string
beforeEach(async () => {
  folder = await temporaryFolder()
})

const states = async () =>
  (await listRuns(folder)).map(({ location, state }) => [location.slice(folder.length + 1), state])

const create = (name: string, patch: Parameters<typeof exampleRecord>[0]) =>
  Run.create(openStore(join(folder, name)), exampleRecord(patch))

describe('listRuns', () => {
  test('says of each run whether it is done, interrupted, running or failed', async () => {
    for (const name of ['finished', 'aborted', 'early-stopping'])
      await cp(fixture(name), join(folder, name), { recursive: true })
    const running = await create('running', { status: 'running' })
    await (await create('killed', { status: 'running' })).release()
    await (await create('sweep/one/failed', { status: 'failed', error: 'out of memory' })).release()
    expect(await states()).toEqual([
      ['aborted', 'interrupted'],
      ['early-stopping', 'done'],
      ['finished', 'done'],
      ['killed', 'interrupted'],
      ['running', 'running'],
      ['sweep/one/failed', 'failed'],
    ])
    await running.release()
    const found = await listRuns(folder)
    expect(found.find(({ location }) => location.endsWith('failed'))?.problem).toBe('out of memory')
    const [done] = found.filter(({ location }) => location.endsWith('finished'))
    const history = await (await Run.open(openStore(join(folder, 'finished')))).readHistory()
    expect(done?.epochs).toBe(history.length)
    expect(done?.best?.val_accuracy).toBe(Math.max(...history.map((entry) => entry.val_accuracy ?? 0)))
    expect(done?.best?.loss).toBe(Math.min(...history.map(({ loss }) => loss)))
  })

  test('a folder that is a run is a list of one', async () => {
    await cp(fixture('finished'), join(folder, 'run'), { recursive: true })
    expect(await listRuns(join(folder, 'run'))).toMatchObject([{ location: join(folder, 'run') }])
  })

  test('damaged and hostile directories are in the list and break nothing', async () => {
    const make = async (name: string, file: string, content: string | Uint8Array) => {
      await mkdir(join(folder, name), { recursive: true })
      await writeFile(join(folder, name, file), content)
    }
    await make('cut', 'run.json', '{"format": 2,')
    await make('deep', 'run.json', '['.repeat(100_000))
    await make('other', 'run.json', '{"name": "a package"}')
    await make('future', 'run.json', '{"format": 99}')
    await make('bytes', 'run.json', Uint8Array.of(0xff, 0xfe, 0))
    await make('no-record', 'history.jsonl', '{"epoch": 1}\n')
    await cp(fixture('finished'), join(folder, 'history'), { recursive: true })
    await writeFile(join(folder, 'history/history.jsonl'), '{"epoch": -1, "loss": "a"}\n')
    await mkdir(join(folder, 'folder/run.json'), { recursive: true })
    await mkdir(join(folder, 'pipe'))
    spawnSync('mkfifo', [join(folder, 'pipe/run.json')])
    await mkdir(join(folder, 'large'))
    const large = await open(join(folder, 'large/run.json'), 'w')
    await large.truncate(2 ** 40)
    await large.close()
    await mkdir(join(folder, 'loop'))
    await symlink(folder, join(folder, 'loop/again'))
    await mkdir(join(folder, 'not a run'))
    await cp(fixture('finished'), join(folder, 'good\n\u001B[31m'), { recursive: true })
    const found = await listRuns(folder)
    const damaged = found.filter(({ state }) => state === 'damaged')
    expect(damaged.map(({ location }) => location.slice(folder.length + 1))).toEqual([
      'bytes',
      'cut',
      'deep',
      'folder',
      'future',
      'history',
      'large',
      'no-record',
      'other',
      'pipe',
    ])
    for (const { problem } of damaged) expect(problem).toMatch(/\w{3}/)
    expect(found.length - damaged.length).toBe(1)
  })

  test('a tree of too many folders is an error, not a part of the list', async () => {
    for (const name of ['one', 'two', 'two/three']) await mkdir(join(folder, name))
    await (await create('run', {})).release()
    expect(await findRunDirectories(folder, 5)).toMatchObject([{ location: join(folder, 'run') }])
    await expect(findRunDirectories(folder, 4)).rejects.toMatchObject({ code: 'EXPERIMENT_TOO_MANY_FOLDERS' })
  })

  test('a folder that does not exist is an error', async () => {
    await rm(folder, { recursive: true })
    await expect(listRuns(folder)).rejects.toMatchObject({ code: 'EXPERIMENT_FOLDER_MISSING' })
  })
})
