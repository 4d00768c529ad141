import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { PATIENCE, expectResumable, run, start, trainingRun } from './process.ts'
import { temporaryFolder, treadle } from './test-context.ts'
import { tinyDataFolder } from './tiny-data.ts'

vi.setConfig(PATIENCE)

let data: string
beforeAll(async () => {
  data = await tinyDataFolder()
})

test('exit codes', async () => {
  expect(await run(['--version'])).toMatchObject({ code: 0, stderr: '' })
  expect(await run(['train', '--help'])).toMatchObject({ code: 0, stderr: '' })
  expect(await run(['train', '--epochs', '0'])).toMatchObject({ code: 2, stdout: '' })
  expect(await run(['report', 'nowhere'])).toMatchObject({ code: 1, stdout: '' })
})

test('--json leaves one object on standard output, and the process ends by itself', async () => {
  const { code, stdout } = await run(['train', '--data', data, '--epochs', '1', '--threads', '2', '--json'])
  expect(code).toBe(0)
  expect(stdout.trimEnd().split('\n').length).toBe(1)
  expect(JSON.parse(stdout)).toMatchObject({ model: 'wide-and-deep', backend: { threads: 2 } })
})

describe('a signal', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('%s stops in order with exit code %i', async (signal, code) => {
    const { child, output, ended: end, directory } = await trainingRun(data, '--json')
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

  // From before anything is loaded until after all is done.
  test.each([0, 80, 200, 320, 440, 560, 680, 800])(
    'SIGINT after %i ms leaves a whole run or none',
    async (ms) => {
      const cwd = await temporaryFolder()
      const line = [
        'train',
        '--data',
        data,
        '--epochs',
        '8',
        '--batch-size',
        '1',
        '--threads',
        '2',
        '--out',
        'run',
      ]
      const { child, output, ended } = start(line, cwd)
      setTimeout(() => child.kill('SIGINT'), ms)
      const { code, signal } = await ended
      // The program's own code, or what a shell makes 130 of where it was too early for that; 0 where it was too late.
      expect([130, 'SIGINT', 0]).toContain(code ?? signal)
      expect(['', 'Stopped by Ctrl-C.\n']).toContain(output.stderr)
      if (!(await readdir(cwd)).includes('run')) return
      const { status } = JSON.parse(await readFile(join(cwd, 'run', 'run.json'), 'utf8')) as {
        status: string
      }
      expect(['aborted', 'finished']).toContain(status)
      await expectResumable(join(cwd, 'run'))
    },
  )

  test('SIGINT twice stops at once and leaves whole files', async () => {
    const { child, ended: end, directory } = await trainingRun(data)
    child.kill('SIGINT')
    child.kill('SIGINT')
    expect((await end).code).toBe(130)
    await expectResumable(directory)
  })

  test('SIGKILL leaves the last checkpoint whole', async () => {
    const { child, ended: end, directory } = await trainingRun(data)
    child.kill('SIGKILL')
    expect(await end).toEqual({ code: null, signal: 'SIGKILL' })
    await expectResumable(directory)
  })
})

test('a second process does not disturb one that trains', async () => {
  const { child, ended: end, directory } = await trainingRun(data)
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
    const { child, ended: end, directory } = await trainingRun(data)
    child.stdout?.destroy()
    expect((await end).code).toBe(141)
    expect(await readdir(directory)).toContain('model')
  })
})

// Linux's device that is always full.
describe.runIf(existsSync('/dev/full'))('standard output on a full disk', () => {
  const full = 'exec "$@" > /dev/full'
  const words = 'error  Could not write to standard output: the disk is full.'

  test.each([['--help'], ['--version'], ['data', 'info', 'sample'], ['data', 'info', 'sample', '--json']])(
    'is one message and exit code 1: %s %s %s %s',
    async (...line) => {
      const { code, stderr } = await run(line, undefined, full)
      expect(stderr).toMatch(new RegExp(`^${words}.*\n$`))
      expect(code).toBe(1)
    },
  )

  test('stops training in order, and says where the run is', async () => {
    const cwd = await temporaryFolder()
    const line = ['train', '--data', data, '--epochs', '100000', '--threads', '1', '--out', 'run']
    const { code, stderr } = await run(line, cwd, full)
    expect(stderr).toContain(words)
    expect(stderr).toContain('treadle train --resume run')
    expect(stderr).not.toMatch(/^ +at /m)
    expect(code).toBe(1)
    expect(JSON.parse(await readFile(join(cwd, 'run', 'run.json'), 'utf8'))).toMatchObject({
      status: 'aborted',
    })
  })

  test('of errors leaves the exit code', async () => {
    const { code, stdout } = await run(['report', 'nowhere'], undefined, 'exec "$@" 2> /dev/full')
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  })
})

test('closed outputs are nobody’s fault', async () => {
  expect(await run(['data', 'info', 'sample'], undefined, 'exec "$@" >&-')).toMatchObject({
    code: 0,
    stderr: '',
  })
  expect(await run(['report', 'nowhere'], undefined, 'exec "$@" >&- 2>&-')).toMatchObject({ code: 1 })
})
