import { symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { temporaryFolder, testContext, treadle } from '../../../test/test-context.ts'
import { runCli } from '../../cli.ts'
import { tinyDataFolder } from '../../../test/tiny-data.ts'

let cwd: string
beforeAll(async () => {
  cwd = await temporaryFolder()
  await symlink(await tinyDataFolder(), join(cwd, 'images'))
  await writeFile(join(cwd, 'base.yaml'), 'model: { name: wide-and-deep, units: [4] }\ndata: images\n')
  await writeFile(
    join(cwd, 'rates.yaml'),
    [
      'recipe: base.yaml',
      'search:',
      '  optimizer.learningRate: { logUniform: [1.0e-3, 0.1], points: 2 }',
      '  training.epochs: { choice: [1] }',
      '  training.batchSize: { choice: [8] }',
      'objective: val_accuracy',
      'sampler: grid',
    ].join('\n'),
  )
})

interface Printed {
  readonly trials: readonly {
    number: number
    state: string
    value: number
    values: object
    runDirectory: string
  }[]
  readonly best: { value: number }
}

describe('treadle sweep', () => {
  test('runs a sweep, lists its runs, and continues it', async () => {
    const folder = await temporaryFolder()
    const out = join(folder, 'sweep')
    const context = testContext({ cwd: folder, columns: 100 })
    expect(await runCli(['sweep', join(cwd, 'rates.yaml'), '--out', out, '--trials', '1'], context)).toBe(0)
    const text = context.stdout.text
    expect(context.stderr.text).toBe('')
    expect(text).toContain('Objective highest val_accuracy of the best epoch')
    expect(text).toMatch(/^ {4}0 +[01]\.\d{4} .*learningRate=0\.001 epochs=1 batchSize=8$/m)
    expect(text).toContain('The best 1 of 1 trial')
    expect(text).toMatch(/treadle report sweep\/trials\/0000\n/)

    const json = await treadle(['sweep', out, '--resume', '--json', '--quiet'], { cwd: folder })
    expect([json.code, json.stderr]).toEqual([0, ''])
    const { trials, best } = JSON.parse(json.stdout) as Printed
    expect(trials.map(({ number, state }) => [number, state])).toEqual(
      [0, 1].map((number) => [number, 'complete']),
    )
    expect(trials[1]?.values).toEqual({
      'optimizer.learningRate': 0.1,
      'training.epochs': 1,
      'training.batchSize': 8,
    })
    expect(best.value).toBe(Math.max(...trials.map(({ value }) => value)))
    const listed = await treadle(['runs', out, '--json'], { cwd: folder })
    expect(
      (JSON.parse(listed.stdout) as { runs: { runDirectory: string }[] }).runs.map((run) => run.runDirectory),
    ).toEqual(expect.arrayContaining(trials.map(({ runDirectory }) => runDirectory)))

    const taken = await treadle(['sweep', join(cwd, 'rates.yaml'), '--out', out], { cwd: folder })
    expect(taken.code).toBe(1)
    expect(taken.stderr).toContain('is not empty')
  })

  test('runs trials in worker processes, and a worker joins a sweep', async () => {
    const folder = await temporaryFolder()
    const out = join(folder, 'sweep')
    const line = [
      'sweep',
      join(cwd, 'rates.yaml'),
      '--out',
      out,
      '--workers',
      '1',
      '--trials',
      '1',
      '--quiet',
    ]
    const begun = await treadle(line, { cwd: folder })
    expect([begun.code, begun.stderr]).toEqual([0, ''])
    expect(begun.stdout).toContain('Best of 1 trial: trial 0')
    const journal = join(out, 'journal.log')
    const joined = await treadle(['worker', '--journal', journal, '--json', '--quiet'], { cwd: folder })
    expect([joined.code, joined.stderr]).toEqual([0, ''])
    const { trials } = JSON.parse(joined.stdout) as Printed
    expect(trials.map(({ state }) => state)).toEqual(['complete', 'complete'])
  })

  test.each([
    [['sweep', 'rates.yaml', '--workers', '0'], 2, '`--workers` (=0)'],
    [['sweep', 'rates.yaml', '--threads', '2'], 2, 'need --workers'],
    [['sweep', 'rates.yaml', '--workers', '2', '--log', 'tensorboard'], 2, '`--log` cannot be combined'],
    [['worker'], 2, '`--journal` must be the journal.log'],
    [['worker', '--journal', 'x.log'], 2, '`--journal` (=x.log) must be'],
    [['worker', '--journal', 'none/journal.log'], 1, 'There is no sweep to continue'],
    [['sweep', 'rates.yaml', '--trials', '0'], 2, '`--trials` (=0)'],
    [['sweep', 'rates.yaml', '--resume'], 1, 'There is no sweep to continue'],
    [['sweep', 'x', '--resume', '--out', 'y'], 2, '`--out` cannot be combined with --resume'],
    [['sweep', 'base.yaml'], 2, 'The sweep'],
    [['sweep', 'missing.yaml'], 1, 'does not exist'],
    [['sweep'], 2, 'FILE|FOLDER is missing'],
  ])('%j is refused', async (line, code, message) => {
    const result = await treadle(line, { cwd })
    expect(result.code).toBe(code)
    expect(result.stderr.replaceAll(/\s+/g, ' ')).toContain(message)
  })
})
