import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { expect } from 'vitest'
import { temporaryFolder, treadle } from './test-context.ts'
import { tinyDataFolder } from './tiny-data.ts'

const BINARY = fileURLToPath(new URL('../bin/treadle.js', import.meta.url))
/** What `--import` takes. */
export const KILL_HOOK = pathToFileURL(fileURLToPath(new URL('kill-at.mjs', import.meta.url))).href

/** A command that writes a run directory, and what a person does after it was killed. */
interface Scenario {
  readonly name: string
  /** Makes `run` in a folder. */
  readonly prepare?: (cwd: string) => Promise<void>
  readonly line: readonly string[]
  /** Fewer operations than this mean that the hook does not see them. */
  readonly least: number
  readonly recover: (cwd: string) => Promise<void>
}

async function done(line: readonly string[], cwd: string): Promise<void> {
  const { code, stderr } = await treadle(line, { cwd })
  if (code !== 0) throw new Error(stderr)
}

/** Continues the run, or gives the command again if it had not begun. */
async function resume(cwd: string, again: readonly string[]): Promise<void> {
  const { code, stderr } = await treadle(['train', '--resume', 'run'], { cwd })
  if (code === 0 || stderr.includes('has finished')) return
  if (!stderr.includes('is not a run directory')) throw new Error(stderr)
  await done(again, cwd)
}

export async function scenarios(): Promise<readonly Scenario[]> {
  const data = await tinyDataFolder()
  const train = ['train', '--data', data, '--threads', '1', '--batch-size', '16', '--out', 'run']
  const whole = [...train, '--epochs', '3']
  const forced = [...whole, '--force']
  return [
    { name: 'train', line: whole, least: 100, recover: (cwd) => resume(cwd, whole) },
    {
      name: 'resume',
      prepare: (cwd) => done([...train, '--epochs', '2'], cwd),
      line: ['train', '--resume', 'run', '--epochs', '3'],
      least: 100,
      // Killed before the record says so, the run still has two epochs.
      recover: async (cwd) => {
        const { code, stderr } = await treadle(['train', '--resume', 'run', '--epochs', '3'], { cwd })
        if (code !== 0 && !stderr.includes('has finished')) throw new Error(stderr)
      },
    },
    {
      name: 'force',
      prepare: (cwd) => done([...train, '--epochs', '4', '--seed', '9'], cwd),
      line: forced,
      least: 200,
      recover: async (cwd) => {
        const { recipe } = JSON.parse(await readFile(join(cwd, 'run', 'run.json'), 'utf8')) as {
          recipe: { training: { seed: number } }
        }
        // The old run is whole until the record of the new one has replaced its record.
        if (recipe.training.seed === 9) await done(['report', 'run', '--quiet'], cwd)
        await (recipe.training.seed === 9 ? done(forced, cwd) : resume(cwd, forced))
      },
    },
    {
      name: 'report',
      prepare: (cwd) => done(whole, cwd),
      line: ['report', 'run'],
      // It writes the report alone.
      least: 40,
      recover: (cwd) => done(['report', 'run'], cwd),
    },
  ]
}

/** The files of a run without times, which differ between any two runs. */
export async function contentOf(run: string): Promise<Record<string, string>> {
  const entries = await readdir(run, { recursive: true, withFileTypes: true })
  const names = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(run.length + 1))
  const texts = names.toSorted().map(async (name) => {
    const text = await readFile(join(run, name), 'latin1')
    return [name, withoutTimes(name, text)] as const
  })
  return Object.fromEntries(await Promise.all(texts))
}

function withoutTimes(name: string, text: string): string {
  if (name === 'history.jsonl') return text.replaceAll(/,"seconds":[^,}]+/g, '')
  if (name === 'run.json') {
    const { status, test, weightsSha256, recipe } = JSON.parse(text) as Record<string, unknown>
    return JSON.stringify({ status, test, weightsSha256, recipe })
  }
  return name.startsWith('report.')
    ? text.replaceAll(/\d+(\.\d+)? s\b|\d+ min \d+ s|\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    : text
}

/** Starts the built command under the hook and waits for its end. */
async function underHook(line: readonly string[], cwd: string, env: Record<string, string>): Promise<string> {
  // In the folder of the tests, as what continues the run: the record names the commit there.
  const words = line.map((word) => (word === 'run' ? join(cwd, 'run') : word))
  const child = spawn(process.execPath, ['--import', KILL_HOOK, BINARY, ...words], {
    env: { ...process.env, ...env, KILL_ROOT: join(cwd, 'run') },
    stdio: 'ignore',
  })
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
  return String(signal ?? code)
}

/**
 * Kills a scenario's command at some of its file operations and expects that what continues ends with the same files.
 * @param choose which operations, by their count
 * @returns how many were tried
 */
export async function killAndCompare(
  { name, prepare, line, least, recover }: Scenario,
  choose: (count: number) => readonly number[],
): Promise<number> {
  const before = await temporaryFolder()
  await prepare?.(before)
  const fresh = async () => {
    const cwd = await temporaryFolder()
    await cp(before, cwd, { recursive: true })
    return cwd
  }
  const undisturbed = await fresh()
  const log = join(await temporaryFolder(), 'log')
  expect(await underHook(line, undisturbed, { KILL_LOG: log })).toBe('0')
  const operations = (await readFile(log, 'utf8')).trimEnd().split('\n')
  expect(operations.length, name).toBeGreaterThanOrEqual(least)
  const expected = await contentOf(join(undisturbed, 'run'))

  const points = choose(operations.length)
  const killed = async (point: number) => {
    const cwd = await fresh()
    return { cwd, end: await underHook(line, cwd, { KILL_AT: String(point) }) }
  }
  // The next process runs to its end while this one's run is continued.
  let next = killed(points[0] as number)
  for (const [i, point] of points.entries()) {
    const { cwd, end } = await next
    const following = points[i + 1]
    if (following !== undefined) next = killed(following)
    const where = `${name}, operation ${point} of ${operations.length}: ${operations[point - 1]}`
    expect(end, where).toBe('SIGKILL')
    await recover(cwd)
    expect(await contentOf(join(cwd, 'run')), where).toEqual(expected)
  }
  return points.length
}
