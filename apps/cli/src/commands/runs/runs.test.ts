import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import stringWidth from 'string-width'
import { beforeAll, describe, expect, test } from 'vitest'
import { temporaryFolder, treadle } from '../../../test/test-context.ts'

const fixtures = fileURLToPath(
  new URL('../../../../../packages/experiment/test/fixtures/format-1', import.meta.url),
)

let cwd: string
beforeAll(async () => {
  cwd = await temporaryFolder()
  for (const name of ['finished', 'aborted'])
    await cp(join(fixtures, name), join(cwd, 'runs', name), { recursive: true })
  await mkdir(join(cwd, 'runs/broken'))
  await writeFile(join(cwd, 'runs/broken/run.json'), '{"format": 2, "status": "\u001B[31m"}')
})

describe('treadle runs', () => {
  test('lists the runs of the default folder, with what is damaged', async () => {
    const { code, stdout, stderr } = await treadle(['runs'], { cwd, columns: 120 })
    expect(stderr).toBe('')
    expect(code).toBe(0)
    expect(stdout).toContain('3 runs in runs')
    expect(stdout).toMatch(/^finished +done +0\.7390 .* [0-9a-f]{8} +wide-and-deep/m)
    expect(stdout).toMatch(/^aborted +interrupted +– /m)
    expect(stdout).toMatch(/^broken +damaged +– /m)
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('broken (damaged): ')
    expect(stdout).not.toContain('\u001B')
  })

  test.each([40, 60])('fits %i columns', async (columns) => {
    const { stdout } = await treadle(['runs'], { cwd, columns })
    expect(stdout).toMatch(/^finished +done +0\.7390/m)
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(`Not shown in ${columns} columns: `)
    const table = stdout.slice(0, stdout.indexOf('Problems'))
    for (const line of table.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(columns)
  })

  test('--json, --sort and --filter', async () => {
    const line = ['runs', 'runs', '--sort', 'name', '--filter', 'state != damaged', '--json']
    const { stdout } = await treadle(line, { cwd })
    const { runs } = JSON.parse(stdout) as { runs: Record<string, unknown>[] }
    expect(runs.map(({ state }) => state)).toEqual(['interrupted', 'done'])
    expect(runs[1]).toMatchObject({
      runDirectory: join(cwd, 'runs/finished'),
      model: 'wide-and-deep',
      epochs: { finished: expect.any(Number) as number },
      test: { accuracy: 0.739 },
      weightsSha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    })
  })

  test('names the error of a regressor', async () => {
    const folder = await temporaryFolder()
    await cp(join(fixtures, 'finished'), join(folder, 'runs/housing'), { recursive: true })
    const path = join(folder, 'runs/housing/run.json')
    const record = JSON.parse(await readFile(path, 'utf8')) as object
    await writeFile(path, JSON.stringify({ ...record, test: { loss: 0.5, mae: 0.4321 } }))
    const { stdout } = await treadle(['runs'], { cwd: folder, columns: 120 })
    expect(stdout).toMatch(/test result/)
    expect(stdout).toMatch(/^housing +done +MAE 0\.4321 /m)
  })

  test('says that there is nothing to list', async () => {
    const empty = await temporaryFolder()
    expect(await treadle(['runs'], { cwd: empty })).toMatchObject({
      code: 0,
      stdout: 'There are no runs in runs. `treadle train` writes one.\n',
    })
    expect((await treadle(['runs', '--filter', 'accuracy > 2'], { cwd })).stdout).toBe(
      'None of the 3 runs in runs fits the filter.\n',
    )
    const missing = await treadle(['runs', 'elsewhere'], { cwd })
    expect(missing.code).toBe(1)
    expect(missing.stderr).toMatch(/There is no folder .*elsewhere/)
  })

  test.each([
    [['--filter', 'accuracy >'], 'a value is expected at the end'],
    [['--sort', 'acuracy'], 'Did you mean accuracy?'],
  ])('refuses %j', async (flags, message) => {
    const { code, stderr } = await treadle(['runs', ...flags], { cwd })
    expect(code).toBe(2)
    expect(stderr).toContain(message)
  })
})
