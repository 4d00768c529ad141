import { spawnSync } from 'node:child_process'
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { PATIENCE, expectResumable, run } from './process.ts'
import { temporaryFolder } from './test-context.ts'
import { tinyDataFolder } from './tiny-data.ts'

vi.setConfig(PATIENCE)

let line: readonly string[]
beforeAll(async () => {
  line = ['train', '--data', await tinyDataFolder(), '--batch-size', '16', '--threads', '1']
})

/** All files below a folder and what is in them. */
async function contents(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((file) => join(file.parentPath, file.name))
  return Object.fromEntries(
    await Promise.all(files.map(async (path) => [path, await readFile(path, 'base64')] as const)),
  )
}

const statusOf = async (directory: string) =>
  (JSON.parse(await readFile(join(directory, 'run.json'), 'utf8')) as { status: string }).status

function expectMessage({ code, stderr }: { code: number | null; stderr: string }, reason: string): void {
  expect(stderr).toMatch(new RegExp(`^error  ${reason}: could not write /.*/(run.json|[a-z]+.ckpt)\\. `))
  expect(stderr).not.toContain('defect')
  expect(stderr).not.toMatch(/^ +at /m)
  expect(code).toBe(1)
}

// A shell's limit on the size of files, in blocks of 512 or 1,024 bytes, ends writing as a full disk does, anywhere.
describe('a disk that takes no file', () => {
  const reason = 'The file size limit is reached'

  test('of any size: what was begun is taken away again', async () => {
    const cwd = await temporaryFolder()
    expectMessage(await run([...line, '--out', 'runs/one'], cwd, 'ulimit -f 1; exec "$@"'), reason)
    expect(await readdir(cwd)).toEqual([])
  })

  test('of any size: a run that was to be replaced stays whole', async () => {
    const cwd = await temporaryFolder()
    expect(await run([...line, '--epochs', '1', '--out', 'run'], cwd)).toMatchObject({ code: 0 })
    const before = await contents(join(cwd, 'run'))
    const again = [...line, '--seed', '2', '--out', 'run', '--force']
    expectMessage(await run(again, cwd, 'ulimit -f 1; exec "$@"'), reason)
    expect(await contents(join(cwd, 'run'))).toEqual(before)
    expect(await run(again, cwd)).toMatchObject({ code: 0 })
    expect(await contents(join(cwd, 'run'))).not.toEqual(before)
  })

  test('as large as a checkpoint: the run that was there stays whole, and goes on later', async () => {
    const cwd = await temporaryFolder()
    const directory = join(cwd, 'run')
    expect(await run([...line, '--epochs', '2', '--out', 'run'], cwd)).toMatchObject({ code: 0 })
    const before = await contents(directory)
    const resume = ['train', '--resume', 'run', '--epochs', '5']
    const result = await run(resume, cwd, 'ulimit -f 20; exec "$@"')
    expectMessage(result, reason)
    expect(result.stderr).toContain('continue with\n         treadle train --resume run\n')
    const { [join(directory, 'run.json')]: _, ...rest } = await contents(directory)
    const { [join(directory, 'run.json')]: __, ...expected } = before
    expect(rest).toEqual(expected)
    expect(await statusOf(directory)).toBe('failed')
    await expectResumable(directory)
  })
})

/** Whether this user may mount a disk in memory that only one process sees. In CI root must be able to. */
const mounts =
  (process.env['CI'] !== undefined && process.getuid?.() === 0) ||
  spawnSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0
const needs = mounts ? '' : ' (needs the right to mount one: root on Linux)'

describe.runIf(mounts)(`a disk that fills up${needs}`, () => {
  test('in the second epoch: the first one is kept, and the run goes on from it', async () => {
    const [cwd, copies] = [await temporaryFolder(), await temporaryFolder()]
    const shell = `exec unshare --mount sh -c '
      mount -t tmpfs -o size=100k tmpfs . && cd "$PWD" || exit 9
      "$@"; code=$?; cp -R run ${copies}; exit $code' sh "$@"`
    const result = await run([...line, '--epochs', '3', '--out', 'run'], cwd, shell)
    expectMessage(result, 'The disk is full')
    expect(result.stderr).toContain('treadle train --resume run')
    const directory = join(copies, 'run')
    expect(await statusOf(directory)).toBe('failed')
    expect((await readdir(join(directory, 'checkpoints'))).toSorted()).toEqual(['best.ckpt', 'last.ckpt'])
    await expectResumable(directory)
  })
})
