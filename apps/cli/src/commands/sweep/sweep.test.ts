import { appendFile, copyFile, readFile, readdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { temporaryFolder, testContext, treadle } from '../../../test/test-context.ts'
import { runCli } from '../../cli.ts'
import { tinyDataFolder } from '../../../test/tiny-data.ts'

const page = await readFile(new URL('../../../../../docs/sweep.md', import.meta.url), 'utf8')
const commands = [...page.matchAll(/^```sh\n(.*?)^```$/gms)]
  .flatMap((block) => (block[1] as string).split('\n'))
  .filter((line) => line.startsWith('treadle '))

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
    expect(text).toContain('treadle sweep sweep --resume --confirm 5\n')

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

  test.each([
    [['sweep', 'rates.yaml', '--workers', '0'], 2, '`--workers` (=0)'],
    [['sweep', 'rates.yaml', '--threads', '2'], 2, 'need --workers'],
    [['sweep', 'rates.yaml', '--confirm', '1'], 2, '`--confirm` (=1)'],
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

describe('docs/sweep.md', () => {
  let folder: string
  beforeAll(async () => {
    folder = await temporaryFolder()
    // Instead of the page's example, which takes longer; see packages/experiment/test/docs.test.ts.
    await copyFile(join(cwd, 'base.yaml'), join(folder, 'base.yaml'))
    await copyFile(join(cwd, 'rates.yaml'), join(folder, 'sweep.yaml'))
    await symlink(join(cwd, 'images'), join(folder, 'images'))
  })

  // In their order: later ones continue the sweeps of earlier ones.
  test.each(commands)('%s', async (command) => {
    const made = (await readdir(join(folder, 'runs')).catch(() => [])).find((name) =>
      name.startsWith('sweep-sweep-'),
    )
    const words = command
      .replace(/sweep-sweep-\d+-\d+/, made ?? '')
      .split(' ')
      .slice(1)
    const context = testContext({ cwd: folder })
    // It waits for ever.
    if (words.includes('--wait')) setTimeout(() => context.abort.abort(), 500)
    expect(await runCli(words, context)).toBe(words.includes('--wait') ? 130 : 0)
    expect(context.stderr.text).toBe('')
    if (words.includes('--wait')) expect(context.stdout.text).toContain('The workers have left the sweep.')
    else expect(context.stdout.text).toContain('Best of 2 trials')
  })

  test('their sweeps have all trials, and a confirmed trial is not tested again', async () => {
    const made = (await readdir(join(folder, 'runs')))
      .filter((name) => /^(sweep-|rates)/.test(name))
      .toSorted()
    expect(made).toHaveLength(2)
    const [rates = '', confirmed = ''] = made.map((name) => join('runs', name))
    expect(await readdir(join(folder, rates, 'trials'))).toEqual(['0000', '0001'])
    const again = await treadle(['sweep', confirmed, '--resume', '--confirm', '2'], { cwd: folder })
    expect([again.code, again.stderr]).toEqual([0, ''])
    expect(again.stdout.replaceAll(/\s+/g, ' ')).toMatch(
      /Trial \d was confirmed on \d{4}-\d\d-\d\d over 5 seeds\. This result is used; the test samples are not used again\./,
    )
    expect(again.stdout).toMatch(
      /^Trial \d over 5 seeds on the test samples: accuracy [01]\.\d{4} ± 0\.\d{4} /m,
    )
    expect(again.stdout).toMatch(/treadle report runs\/sweep-sweep-[\d-]+\/confirmation\/000\d\/seed-2\n/)
    const json = await treadle(['sweep', confirmed, '--resume', '--json', '--quiet'], { cwd: folder })
    const [trial] = await readdir(join(folder, confirmed, 'confirmation'))
    expect((JSON.parse(json.stdout) as { confirmations: object[] }).confirmations).toMatchObject([
      {
        trial: Number(trial),
        runs: [2, 3, 4, 5, 6].map((seed) => ({
          seed,
          runDirectory: join(folder, confirmed, 'confirmation', trial ?? '', `seed-${seed}`),
        })),
      },
    ])

    // As Optuna's enqueue_trial writes it, after the budget is used up.
    const journal = join(rates, 'journal.log')
    await appendFile(
      join(folder, journal),
      `${JSON.stringify({ op_code: 4, worker_id: 'python', study_id: 0, datetime_start: null, state: 4, distributions: {}, params: {}, user_attrs: {}, system_attrs: { fixed_params: {} } })}\n`,
    )
    const waiting = await treadle(['sweep', rates, '--resume', '--trials', '2'], { cwd: folder })
    expect([waiting.code, waiting.stderr]).toEqual([0, ''])
    expect(waiting.stdout).toContain(
      `1 enqueued trial waits: the budget is used up. A worker with --wait runs such trials:\n  treadle worker --journal ${journal} --wait\n`,
    )
  })
})
