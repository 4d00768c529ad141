import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import { temporaryFolder, treadle } from './test-context.ts'

// What only a process of its own can show. The binary runs from dist: build before testing.
const BINARY = fileURLToPath(new URL('../bin/treadle.js', import.meta.url))
const env = () => ({ ...process.env, NO_COLOR: '1', TREADLE_DEBUG: '' })

/** For tests of processes, which take ten times as long where others work beside them. */
export const PATIENCE = { testTimeout: 120_000 }

interface Started {
  readonly child: ChildProcess
  /** What it has printed so far. */
  readonly output: { stdout: string; stderr: string }
  readonly ended: Promise<{ code: number | null; signal: string | null }>
}

/**
 * Starts the built command.
 *
 * @param shell of `sh`, begun with what should happen to the command, which is `"$@"` there
 */
export function start(line: readonly string[], cwd: string, shell?: string): Started {
  const command = [process.execPath, BINARY, ...line]
  const [file, ...args] = shell === undefined ? command : ['sh', '-c', shell, 'sh', ...command]
  const child = spawn(file as string, args, { cwd, env: env(), stdio: ['ignore', 'pipe', 'pipe'] })
  const output = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text))
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal }) as never)
  return { child, output, ended }
}

/** Runs the built command to its end. */
export async function run(line: readonly string[], cwd?: string, shell?: string) {
  const { output, ended } = start(line, cwd ?? (await temporaryFolder()), shell)
  return { ...(await ended), ...output }
}

/** Starts a run of many epochs in a folder of its own and waits for the first one's row. */
export async function trainingRun(data: string, ...more: string[]) {
  const cwd = await temporaryFolder()
  const line = ['train', '--data', data, '--epochs', '100000', '--batch-size', '16', '--threads', '2']
  const { child, output, ended } = start([...line, '--out', 'run', ...more], cwd)
  const end = ended.then(() => {
    throw new Error(`ended before its first epoch: ${output.stderr}`)
  })
  while (!/^ +1\/100000 /m.test(output.stdout + output.stderr)) {
    await Promise.race([once(child.stdout as never, 'data'), once(child.stderr as never, 'data'), end])
  }
  end.catch(() => {})
  return { child, output, ended, cwd, directory: join(cwd, 'run') }
}

/** Trains on from whatever is in a run directory, for an epoch. */
export async function expectResumable(directory: string): Promise<void> {
  const lines = (await readFile(join(directory, 'history.jsonl'), 'utf8')).split('\n').length
  const { code, stderr } = await treadle(['train', '--resume', directory, '--epochs', String(lines + 3)])
  expect(stderr).toBe('')
  expect(code).toBe(0)
  const record = JSON.parse(await readFile(join(directory, 'run.json'), 'utf8')) as { status: string }
  expect(record.status).toBe('finished')
}
