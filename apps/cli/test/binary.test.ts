import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createHash } from 'node:crypto'
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { temporaryFolder, treadle } from './test-context.ts'
import { tinyDataFolder } from './tiny-data.ts'

// What only a process of its own can show. The binary runs from dist: build before testing.
const BINARY = fileURLToPath(new URL('../bin/treadle.js', import.meta.url))
const ENV = { ...process.env, NO_COLOR: '1', TREADLE_DEBUG: '' }

let data: string
beforeAll(async () => {
  data = await tinyDataFolder()
})

function start(line: readonly string[], cwd: string) {
  const child = spawn(process.execPath, [BINARY, ...line], {
    cwd,
    env: ENV,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text))
  return { child, output, ended: ended(child) }
}

async function ended(child: ChildProcess): Promise<{ code: number | null; signal: string | null }> {
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
  return { code, signal }
}

async function run(...line: string[]) {
  const { output, ended: end } = start(line, await temporaryFolder())
  return { ...(await end), ...output }
}

/** Starts a long run and waits for its first epoch. */
async function trainingRun(...more: string[]) {
  const cwd = await temporaryFolder()
  const line = [
    'train',
    '--data',
    data,
    '--epochs',
    '100000',
    '--batch-size',
    '16',
    '--threads',
    '2',
    '--out',
    'run',
    ...more,
  ]
  const { child, output, ended: end } = start(line, cwd)
  while (!/^ +1\/100000 /m.test(output.stdout + output.stderr)) {
    if (child.exitCode !== null) throw new Error(`ended before its first epoch: ${output.stderr}`)
    await Promise.race([once(child.stdout, 'data'), once(child.stderr, 'data'), end])
  }
  return { child, output, ended: end, cwd, directory: join(cwd, 'run') }
}

test('exit codes', async () => {
  expect(await run('--version')).toMatchObject({ code: 0, stderr: '' })
  expect(await run('train', '--help')).toMatchObject({ code: 0, stderr: '' })
  expect(await run('train', '--epochs', '0')).toMatchObject({ code: 2, stdout: '' })
  expect(await run('report', 'nowhere')).toMatchObject({ code: 1, stdout: '' })
})

test('--json leaves one object on standard output, and the process ends by itself', async () => {
  const { code, stdout } = await run('train', '--data', data, '--epochs', '1', '--threads', '2', '--json')
  expect(code).toBe(0)
  expect(stdout.trimEnd().split('\n').length).toBe(1)
  expect(JSON.parse(stdout)).toMatchObject({ model: 'wide-and-deep', backend: { threads: 2 } })
})

describe('a signal', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s stops in order with exit code %i', async (signal, code) => {
    const { child, output, ended: end, directory } = await trainingRun('--json')
    child.kill(signal)
    expect(await end).toEqual({ code, signal: null })
    expect(output.stdout).toBe('')
    expect(output.stderr).toContain('treadle train --resume run')
    const record = JSON.parse(await readFile(join(directory, 'run.json'), 'utf8')) as {
      status: string
      weightsSha256: string
    }
    expect(record.status).toBe('aborted')
    const weights = await readFile(join(directory, 'model', 'weights.bin'))
    expect(createHash('sha256').update(weights).digest('hex')).toBe(record.weightsSha256)
  })

  test('SIGINT twice stops at once and leaves whole files', async () => {
    const { child, ended: end, directory } = await trainingRun()
    child.kill('SIGINT')
    child.kill('SIGINT')
    expect((await end).code).toBe(130)
    await expectResumable(directory)
  })

  test('SIGKILL leaves the last checkpoint whole', async () => {
    const { child, ended: end, directory } = await trainingRun()
    child.kill('SIGKILL')
    expect(await end).toEqual({ code: null, signal: 'SIGKILL' })
    await expectResumable(directory)
  })
})

/** Goes on from whatever is there for an epoch. */
async function expectResumable(directory: string): Promise<void> {
  const lines = (await readFile(join(directory, 'history.jsonl'), 'utf8')).split('\n').length
  const { code, stderr } = await treadle(['train', '--resume', directory, '--epochs', String(lines + 3)])
  expect(stderr).toBe('')
  expect(code).toBe(0)
  const record = JSON.parse(await readFile(join(directory, 'run.json'), 'utf8')) as { status: string }
  expect(record.status).toBe('finished')
}

test('a second process does not disturb one that trains', async () => {
  const { child, ended: end, directory } = await trainingRun()
  for (const line of [
    ['--resume', directory],
    ['--data', data, '--out', directory, '--force'],
  ]) {
    const { code, stderr } = await treadle(['train', ...line])
    expect(stderr).toContain('is still training in')
    expect(code).toBe(1)
  }
  child.kill('SIGINT')
  expect((await end).code).toBe(130)
})

describe('a reader that goes away', () => {
  test('ends the program without a word', async () => {
    const { child, output, ended: end } = start(['data', 'info', 'sample'], await temporaryFolder())
    child.stdout?.destroy()
    expect((await end).code).toBe(141)
    expect(output.stderr).toBe('')
  })

  test('stops training in order', async () => {
    const { child, ended: end, directory } = await trainingRun()
    child.stdout?.destroy()
    expect((await end).code).toBe(141)
    expect(await readdir(directory)).toContain('model')
  })
})
