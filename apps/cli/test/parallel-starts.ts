import { createHash } from 'node:crypto'
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import { start } from './process.ts'
import { temporaryFolder } from './test-context.ts'
import { tinyDataFolder } from './tiny-data.ts'

/**
 * Starts runs at once in one folder, each of another network, without --out. Expects a whole run of each.
 * @param atOnce processes at a time
 */
export async function startTogether(count: number, atOnce = count): Promise<void> {
  const data = await tinyDataFolder()
  const cwd = await temporaryFolder()
  const units = Array.from({ length: count }, (_, i) => i + 2)
  const line = [
    'train',
    '--data',
    data,
    '--epochs',
    '2',
    '--batch-size',
    '16',
    '--threads',
    '1',
    '--json',
    '--quiet',
  ]
  const said: string[] = []
  const train = async (unit: number) => {
    const { output, ended } = start([...line, '--units', String(unit)], cwd)
    expect(await ended, output.stderr).toEqual({ code: 0, signal: null })
    said.push((JSON.parse(output.stdout) as { runDirectory: string }).runDirectory)
  }
  for (let i = 0; i < count; i += atOnce) await Promise.all(units.slice(i, i + atOnce).map(train))

  const directories = (await readdir(join(cwd, 'runs'))).map((name) => join(cwd, 'runs', name))
  expect(said.toSorted()).toEqual(directories.toSorted())
  const found = await Promise.all(directories.map(wholeRun))
  expect(found.toSorted((a, b) => a - b)).toEqual(units)
}

/** Expects that every file of a run directory is of one run. @returns the units of its network */
async function wholeRun(directory: string): Promise<number> {
  const text = (name: string) => readFile(join(directory, name), 'utf8')
  const record = JSON.parse(await text('run.json')) as {
    status: string
    weightsSha256: string
    recipe: { model: { units: number[] } }
  }
  expect(record.status).toBe('finished')
  const weights = await readFile(join(directory, 'model', 'weights.bin'))
  expect(createHash('sha256').update(weights).digest('hex')).toBe(record.weightsSha256)
  const history = (await text('history.jsonl')).trimEnd().split('\n')
  expect(history.map((row) => (JSON.parse(row) as { epoch: number }).epoch)).toEqual([1, 2])
  const [units = 0] = record.recipe.model.units
  expect(await text('model/model.json')).toContain(`"units":${units},`)
  expect((await readdir(directory)).filter((name) => name.startsWith('.'))).toEqual([])
  return units
}
