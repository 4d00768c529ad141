import { createHash } from 'node:crypto'
import { readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { runCli } from '../../cli.ts'
import { Interruption } from '../../context.ts'
import { testContext, treadle, temporaryFolder } from '../../../test/test-context.ts'
import { tinyDataFolder } from '../../../test/tiny-data.ts'

let data: string
beforeAll(async () => {
  data = await tinyDataFolder()
})

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const weightsOf = async (run: string) => sha256(await readFile(join(run, 'model', 'weights.bin')))
const recordOf = async (run: string) =>
  JSON.parse(await readFile(join(run, 'run.json'), 'utf8')) as Record<string, unknown>
const flags = (...more: string[]) => [
  'train',
  '--data',
  data,
  '--threads',
  '1',
  '--batch-size',
  '16',
  ...more,
]

/** Trains to the end. @returns the run directory */
async function trained(...more: string[]): Promise<string> {
  const out = join(await temporaryFolder(), 'run')
  const { code, stderr } = await treadle(flags('--epochs', '3', '--out', out, ...more))
  expect(stderr).toBe('')
  expect(code).toBe(0)
  return out
}

/** Trains until `epochs` rows were printed and `more` steps were taken, then presses Ctrl-C. */
async function interrupted(epochs: number, ...more: string[]) {
  const out = join(await temporaryFolder(), 'run')
  const context = testContext()
  const { stdout } = context
  const write = stdout.write.bind(stdout)
  stdout.write = (text) => {
    write(text)
    const rows = stdout.text.match(/^ +\d+\/\d+ .*$/gm)?.length ?? 0
    if (rows >= epochs && stdout.text.includes('val_loss')) context.abort.abort(Interruption.SIGINT)
  }
  const code = await runCli(flags('--epochs', '3', '--out', out, ...more), context)
  return { out, code, text: stdout.text }
}

describe('treadle train', () => {
  test('prints one object on standard output with --json, and leaves a whole run directory', async () => {
    const out = join(await temporaryFolder(), 'run')
    const { code, stdout, stderr } = await treadle(
      flags('--epochs', '2', '--json', '--out', out, '--seed', '7'),
    )
    expect(code).toBe(0)
    expect(stdout.endsWith('\n')).toBe(true)
    const result = JSON.parse(stdout) as Record<string, unknown>
    expect(Object.keys(result)).toEqual([
      'model',
      'parameters',
      'dataset',
      'backend',
      'executor',
      'seed',
      'epochs',
      'batchSize',
      'seconds',
      'history',
      'test',
      'confusionMatrix',
      'weightsSha256',
      'runDirectory',
      'recipe',
    ])
    expect(result).toMatchObject({
      model: 'wide-and-deep',
      dataset: { source: 'folder', train: 130, test: 30 },
      backend: { name: 'treadle-wasm', simd: true, threads: 1 },
      seed: 7,
      epochs: 2,
      batchSize: 16,
      weightsSha256: await weightsOf(out),
      runDirectory: out,
    })
    const {
      history,
      test: figures,
      confusionMatrix,
    } = result as {
      history: Record<string, number[]>
      test: Record<string, number>
      confusionMatrix: number[][]
    }
    expect(Object.keys(history).sort()).toEqual(['accuracy', 'loss', 'val_accuracy', 'val_loss'])
    expect(Object.values(history).map((values) => values.length)).toEqual([2, 2, 2, 2])
    expect(figures['accuracy']).toBeCloseTo(history['val_accuracy']?.[1] as number, 10)
    const right = confusionMatrix.reduce((sum, row, i) => sum + (row[i] as number), 0)
    expect(right / 30).toBeCloseTo(figures['accuracy'] as number, 10)
    expect(stderr).toContain('val_accuracy')

    expect((await readdir(out)).sort()).toEqual([
      'accuracy.svg',
      'checkpoints',
      'classes.svg',
      'confusion-matrix.svg',
      'history.jsonl',
      'loss.svg',
      'model',
      'predictions.csv',
      'reliability.svg',
      'report.html',
      'report.md',
      'report.txt',
      'run.json',
      'samples.svg',
    ])
    expect((await readdir(join(out, 'checkpoints'))).sort()).toEqual(['best.ckpt', 'last.ckpt'])
    expect(await recordOf(out)).toMatchObject({ status: 'finished', executor: result['executor'] })
  })

  test('prints network, run and result as text', async () => {
    const out = join(await temporaryFolder(), 'run')
    const { stdout } = await treadle(flags('--epochs', '1', '--out', out))
    for (const words of [
      'not trainable',
      'SIMD, 1 thread (asked for 1)',
      'Executor',
      'Classification report',
      'weighted avg',
      'Confusion matrix',
      'report.html',
    ]) {
      expect(stdout).toContain(words)
    }
    expect(stdout).not.toContain('baseline')
    expect(stdout).not.toContain('\u001B')
    const run = relative(tmpdir(), out)
    expect(stdout).toMatch(/\n {2}# print this report again\n {2}treadle report \S+\n$/)
    expect(stdout).toContain(`  treadle report ${run}\n`)
    expect(stdout).toContain(`  treadle predict ${run} IMAGE.png\n`)
    expect(stdout).toContain(`  treadle evaluate ${run}\n`)
  })

  test('counts the samples that a split holds back, and a batch of more than all', async () => {
    const out = join(await temporaryFolder(), 'run')
    const line = flags('--epochs', '1', '--validation-split', '0.1', '--batch-size', '1000000', '--out', out)
    const { stdout } = await treadle(line)
    expect(stdout).toContain('117 training, 13 validation and 30 test images')
    expect(stdout).toContain('one batch of all 117 samples (asked for 1,000,000)')
  })

  test('that is finished before Ctrl-C exits with 0', async () => {
    const out = join(await temporaryFolder(), 'run')
    const context = testContext()
    const { stdout } = context
    const write = stdout.write.bind(stdout)
    stdout.write = (text) => {
      write(text)
      if (text.includes('report.html')) context.abort.abort(Interruption.SIGINT)
    }
    expect(await runCli(flags('--epochs', '1', '--out', out), context)).toBe(0)
  })

  test('prints only the result with --quiet', async () => {
    const out = join(await temporaryFolder(), 'run')
    const { stdout, stderr } = await treadle(flags('--epochs', '1', '--out', out, '--quiet'))
    expect(stdout).toMatch(/^accuracy 0\.\d{4} {2}loss \d\.\d{4} {2}\S+\n$/)
    expect(stderr).toBe('')
  })

  test('other options give other weights', async () => {
    const runs = [
      await trained(),
      await trained('--seed', '2'),
      await trained('--learning-rate', '0.01'),
      await trained('--optimizer', 'sgd'),
      await trained('--units', '8', '--dropout', '0'),
    ]
    expect(new Set(await Promise.all(runs.map(weightsOf))).size).toBe(runs.length)
  })

  test('stops early and restores the weights of the best epoch', async () => {
    const out = join(await temporaryFolder(), 'run')
    // A rate this high cannot go on improving.
    const line = flags(
      '--epochs',
      '40',
      '--early-stopping',
      '2',
      '--validation-split',
      '0.25',
      '--learning-rate',
      '0.3',
      '--out',
      out,
    )
    expect((await treadle(line)).code).toBe(0)
    expect(await recordOf(out)).toMatchObject({ status: 'early-stopping' })
    const lines = (await readFile(join(out, 'history.jsonl'), 'utf8')).trimEnd().split('\n')
    expect(lines.length).toBeLessThan(40)
    expect((await treadle(['train', '--resume', out])).code).toBe(1)
  })
})

describe('Ctrl-C and --resume', () => {
  test.each([[0], [1], [2]])(
    'after %i epochs: exit 130, and a resume comes to the same bits',
    async (epochs) => {
      const whole = await trained()
      const { out, code, text } = await interrupted(epochs)
      expect(code).toBe(130)
      expect(text).toContain(`treadle train --resume ${relative(tmpdir(), out)}`)
      expect(await recordOf(out)).toMatchObject({ status: 'aborted' })
      expect(await readdir(join(out, 'model'))).toContain('weights.bin')

      const { code: resumed, stdout } = await treadle(['train', '--resume', out, '--json'])
      expect(resumed).toBe(0)
      expect(await weightsOf(out)).toBe(await weightsOf(whole))
      expect((JSON.parse(stdout) as { history: unknown }).history).toEqual(
        historyIn(await readFile(join(whole, 'history.jsonl'), 'utf8')),
      )
    },
  )

  test('a run that was killed between its last epoch and its report is tested and reported without training', async () => {
    const whole = await trained()
    const before = await weightsOf(whole)
    for (const name of ['predictions.csv', 'report.html', 'model'])
      await rm(join(whole, name), { recursive: true })
    const { test: _, weightsSha256: __, ...record } = await recordOf(whole)
    await writeFile(join(whole, 'run.json'), JSON.stringify({ ...record, status: 'running' }))
    expect((await treadle(['train', '--resume', whole])).code).toBe(0)
    expect(await weightsOf(whole)).toBe(before)
    expect(await recordOf(whole)).toMatchObject({ status: 'finished', weightsSha256: before })
  })

  test('more --epochs extend a finished run, to the same bits as one long run', async () => {
    const [short, long] = [await trained(), await trained('--epochs', '4')]
    expect((await treadle(['train', '--resume', short, '--epochs', '4', '--threads', '2'])).code).toBe(0)
    expect(await weightsOf(short)).toBe(await weightsOf(long))
  })

  test.each([
    [['--seed', '2'], 2, '`--seed` cannot change with --resume'],
    [['wide-and-deep'], 2, 'The model (wide-and-deep) cannot change'],
    [[], 1, 'This run has finished its 3 epochs. To extend it'],
  ])('refuses %j', async (more, exit, message) => {
    const run = await trained()
    const { code, stderr } = await treadle(['train', ...more, '--resume', run])
    expect(stderr).toContain(message)
    expect(code).toBe(exit)
  })

  test('refuses a damaged checkpoint and other data', async () => {
    const { out } = await interrupted(1)
    const checkpoint = join(out, 'checkpoints', 'last.ckpt')
    const bytes = await readFile(checkpoint)
    await writeFile(checkpoint, bytes.subarray(0, bytes.length - 100))
    const damaged = await treadle(['train', '--resume', out])
    expect(damaged).toMatchObject({ code: 1, stdout: '' })
    expect(damaged.stderr).not.toMatch(/^\s+at /m)

    await writeFile(checkpoint, bytes)
    const record = await recordOf(out)
    await writeFile(
      join(out, 'run.json'),
      JSON.stringify({ ...record, recipe: { ...(record['recipe'] as object), data: { name: 'sample' } } }),
    )
    const other = await treadle(['train', '--resume', out])
    expect(other.code).toBe(1)
    expect(other.stderr).toContain('The data differ from those that the run began with')
  })
})

describe('what cannot be', () => {
  test('an existing run is not changed', async () => {
    const run = await trained()
    const before = await Promise.all([weightsOf(run), readFile(join(run, 'run.json'), 'utf8')])
    const { code, stderr } = await treadle(flags('--out', run))
    expect(code).toBe(1)
    expect(stderr).toContain('already holds a run')
    expect(await Promise.all([weightsOf(run), readFile(join(run, 'run.json'), 'utf8')])).toEqual(before)
    expect((await treadle(flags('--epochs', '1', '--force', '--out', run))).code).toBe(0)
  })

  test('a NaN loss ends the run with advice', async () => {
    const out = join(await temporaryFolder(), 'run')
    const { code, stderr } = await treadle(
      flags('--optimizer', 'sgd', '--learning-rate', '1e30', '--out', out),
    )
    expect(code).toBe(1)
    expect(stderr).toMatch(/The loss became .*--learning-rate.*--global-clipnorm 1/)
    expect(stderr).not.toContain('globalClipnorm')
    expect(await recordOf(out)).toMatchObject({ status: 'failed' })
  })

  test.each([
    [
      ['train', 'wide-and-dep', '--data', 'sample'],
      2,
      'There is no model wide-and-dep. Did you mean wide-and-deep?',
    ],
    [['train', '--data', 'smaple'], 2, 'Did you mean sample?'],
    [['train', 'wide-and-deep-regressor', '--data', 'sample'], 2, 'For these data take wide-and-deep'],
    [['train', 'wide-and-deep-regressor', '--data', 'sample', '--dropout', '0.1'], 2, 'It takes --units'],
    [['train', '--resume', 'nowhere'], 1, 'is not a run directory'],
  ])('%j', async (line, exit, message) => {
    const cwd = await temporaryFolder()
    const { code, stderr } = await treadle(line, { cwd })
    expect(stderr).toContain(message)
    expect(code).toBe(exit)
    expect(await readdir(cwd)).toEqual([])
  })

  test('an abort before training leaves no run directory', async () => {
    const context = testContext({ cwd: await temporaryFolder() })
    context.abort.abort(Interruption.SIGTERM)
    expect(await runCli(flags(), context)).toBe(143)
    expect(await readdir(context.cwd)).toEqual([])
  })
})

function historyIn(text: string): Record<string, number[]> {
  const entries = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, number>)
  return Object.fromEntries(
    ['loss', 'accuracy', 'val_loss', 'val_accuracy'].map((name) => [
      name,
      entries.map((entry) => entry[name] as number),
    ]),
  )
}
