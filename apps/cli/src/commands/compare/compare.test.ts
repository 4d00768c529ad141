import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import stringWidth from 'string-width'
import { beforeAll, describe, expect, test } from 'vitest'
import { temporaryFolder, treadle } from '../../../test/test-context.ts'
import { tinyDataFolder } from '../../../test/tiny-data.ts'

const fixtures = fileURLToPath(
  new URL('../../../../../packages/experiment/test/fixtures/format-1', import.meta.url),
)

let cwd: string
let data: string
beforeAll(async () => {
  cwd = await temporaryFolder()
  data = await tinyDataFolder()
  const train = async (out: string, ...flags: string[]) => {
    const line = ['train', '--threads', '1', '--epochs', '1', '--quiet', '--out', out, ...flags]
    expect(await treadle(line, { cwd })).toMatchObject({ code: 0 })
  }
  await train('adam', '--data', data, '--batch-size', '16')
  await train('sgd', '--data', data, '--batch-size', '16', '--optimizer', 'sgd', '--seed', '2')
  for (const name of ['finished', 'aborted'])
    await cp(join(fixtures, name), join(cwd, name), { recursive: true })
}, 60_000)

/** The samples that a run has right, from its predictions. */
async function rightSamples(run: string): Promise<boolean[]> {
  const [, ...lines] = (await readFile(join(cwd, run, 'predictions.csv'), 'utf8')).trim().split('\n')
  return lines.map((line) => line.split(',')[1] === line.split(',')[2])
}

interface Compared {
  runs: { label: string; name: string; test?: { accuracy: number; low: number; high: number } }[]
  recipeDifferences: { path: string; values: Record<string, string> }[]
  groups: {
    runs: string[]
    differs?: string
    pairs: Record<string, unknown>[]
    disagreements: { sample: number; predictions: { class: string }[] }[]
  }[]
  files: string[]
}

async function json(...line: string[]): Promise<Compared> {
  const { code, stdout } = await treadle(['compare', ...line, '--json'], { cwd })
  expect(code).toBe(0)
  return JSON.parse(stdout) as Compared
}

describe('treadle compare', () => {
  test('--json has the counts that follow from the predictions', async () => {
    const { runs, groups, recipeDifferences } = await json('adam', 'sgd')
    const [adam, sgd] = [await rightSamples('adam'), await rightSamples('sgd')]
    const onlyFirst = adam.filter((right, i) => right && !sgd[i]).length
    const onlySecond = sgd.filter((right, i) => right && !adam[i]).length
    expect(groups).toHaveLength(1)
    expect(groups[0]?.pairs).toMatchObject([{ first: 'A', second: 'B', onlyFirst, onlySecond }])
    expect(runs[0]?.test?.accuracy).toBeCloseTo(adam.filter(Boolean).length / 30, 12)
    for (const { sample, predictions } of groups[0]?.disagreements ?? []) {
      expect(new Set(predictions.map((answer) => answer.class)).size).toBe(2)
      expect(adam[sample] && sgd[sample]).toBe(false)
    }
    const paths = recipeDifferences.map(({ path }) => path)
    expect(paths).toContain('training.seed')
    expect(paths).not.toContain('training.batchSize')
    expect(recipeDifferences.find(({ path }) => path === 'optimizer.name')?.values).toEqual({
      A: 'adam',
      B: 'sgd',
    })
  })

  test('runs of other data, and untested runs, are not compared pair by pair, and the output says so', async () => {
    const line = ['finished', 'adam', 'aborted', 'sgd']
    const { groups } = await json(...line)
    expect(groups.map(({ runs, pairs }) => [runs, pairs.length])).toEqual([
      [['B', 'D'], 1],
      [['A'], 0],
    ])
    const { stdout } = await treadle(['compare', ...line], { cwd })
    const text = stdout.replaceAll(/\s+/g, ' ')
    expect(text).toContain('Different test data: A is not compared pair by pair with B, D: other classes')
    expect(text).toContain('Not tested: C has no predictions of the test samples')
  })

  test.each([40, 60, 100])('fits %i columns', async (columns) => {
    const { code, stdout, stderr } = await treadle(['compare', 'adam', 'sgd'], { cwd, columns })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    for (const line of stdout.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(columns)
    for (const title of [
      'Recipe differences',
      'Training',
      'Test metrics',
      'Pairs of runs',
      'Classes',
      'Disagreements',
    ])
      expect(stdout).toContain(`${title}\n═`)
    expect(stdout).toMatch(/^A and B {2}/m)
  })

  test('writes one HTML file with the images, and Markdown; replaces them only with --force', async () => {
    const files = ['--html', 'out/c.html', '--markdown', 'out/c.md']
    const { files: written } = await json('adam', 'sgd', ...files)
    expect(written).toEqual([join(cwd, 'out/c.html'), join(cwd, 'out/c.md')])
    const [html, markdown] = await Promise.all(written.map((file) => readFile(file, 'utf8')))
    expect(html).toContain('data:image/png;base64,')
    expect(html).not.toMatch(/(src|href)="(?!#|data:)/)
    expect(markdown).toMatch(/^\| optimizer\.name +\| +adam \| +sgd \|$/m)
    const again = await treadle(['compare', 'adam', 'sgd', ...files], { cwd })
    expect(again).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('c.html exists already') as string,
    })
    await writeFile(join(cwd, 'out/c.md'), 'mine')
    await json('adam', 'sgd', '--markdown', 'out/c.md', '--force')
    expect(await readFile(join(cwd, 'out/c.md'), 'utf8')).toContain('# Comparison of 2 runs')
  })

  test('--quiet leaves the result', async () => {
    const { stdout } = await treadle(['compare', 'adam', 'sgd', '--quiet'], { cwd })
    expect(stdout).toMatch(/^[AB] \((adam|sgd)\) has the highest test accuracy, .*\n[01] of 1 pair .*\n$/)
  })

  test.each([
    [['adam'], 2, 'takes 2 to 50 different run directories, got 1'],
    [['adam', './adam'], 2, 'takes 2 to 50 different run directories, got 1'],
    [['adam', 'sgd', '--html', 'x', '--markdown', './x'], 2, 'name the same file'],
    [['adam', 'nowhere'], 1, 'is not a run directory'],
  ])('refuses %j', async (line, expected, message) => {
    const { code, stderr } = await treadle(['compare', ...line], { cwd })
    expect(code).toBe(expected)
    expect(stderr.replaceAll(/\s+/g, ' ')).toContain(message)
  })
})

/** Probabilities by sample and class. */
async function probabilities(run: string): Promise<number[][]> {
  const [, ...lines] = (await readFile(join(cwd, run, 'predictions.csv'), 'utf8')).trim().split('\n')
  return lines.map((line) => line.split(',').slice(4).map(Number))
}

describe('treadle ensemble', () => {
  test('saves one model of the runs, and compares it with them', async () => {
    const line = ['ensemble', 'adam', 'sgd', '--out', 'both', '--threads', '1']
    const { code, stdout } = await treadle([...line, '--json'], { cwd })
    expect(code).toBe(0)
    const { weights, runs, groups } = JSON.parse(stdout) as Compared & { weights: number[] }
    expect(weights).toEqual([0.5, 0.5])
    expect(runs.map(({ name }) => name)).toEqual(['adam', 'sgd', 'ensemble'])
    expect(groups[0]?.pairs).toHaveLength(3)
    const [adam, sgd] = [await probabilities('adam'), await probabilities('sgd')]
    const [, ...lines] = (await readFile(join(cwd, 'adam', 'predictions.csv'), 'utf8')).trim().split('\n')
    const [header = ''] = (await readFile(join(cwd, 'adam', 'predictions.csv'), 'utf8')).split('\n')
    const names = header.split(',').slice(4)
    const right = adam.filter((row, i) => {
      const sums = row.map((value, j) => value + (sgd[i]?.[j] as number))
      return names[sums.indexOf(Math.max(...sums))] === lines[i]?.split(',')[1]
    })
    expect(runs[2]?.test?.accuracy).toBeCloseTo(right.length / adam.length, 12)
    expect(await treadle(line, { cwd })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('--force') as string,
    })
    const tested = await treadle(['evaluate', 'both', '--data', data, '--threads', '1', '--json'], { cwd })
    const { test: values, model, confusionMatrix } = JSON.parse(tested.stdout) as Record<string, object>
    expect(model).toBe('ensemble')
    expect(values).toEqual({ accuracy: runs[2]?.test?.accuracy, loss: expect.any(Number) as number })
    expect(confusionMatrix).toHaveLength(names.length)
  })

  test('--snapshots makes one of the snapshots of a run, which are tested here', async () => {
    const train = [
      'train',
      '--data',
      data,
      '--units',
      '4',
      '--epochs',
      '2',
      '--snapshots',
      '2',
      '--threads',
      '1',
    ]
    expect((await treadle([...train, '--out', 'cycles', '--quiet'], { cwd })).code).toBe(0)
    const line = ['ensemble', 'cycles', '--snapshots', '--out', 'of-cycles', '--threads', '1', '--json']
    const { code, stdout } = await treadle(line, { cwd })
    expect(code).toBe(0)
    const { runs } = JSON.parse(stdout) as Compared
    expect(runs.map(({ name }) => name)).toEqual(['snapshot 1', 'snapshot 2', 'ensemble'])
    const { test: last } = JSON.parse(await readFile(join(cwd, 'cycles', 'run.json'), 'utf8')) as {
      test: { accuracy: number }
    }
    expect(runs[1]?.test?.accuracy).toBe(last.accuracy)
    const tested = await treadle(['evaluate', 'of-cycles', '--data', data, '--threads', '1', '--json'], {
      cwd,
    })
    expect((JSON.parse(tested.stdout) as Compared['runs'][0]).test?.accuracy).toBe(runs[2]?.test?.accuracy)
  })

  test('of two that begin at once, one writes the model and the other is an error', async () => {
    const line = ['ensemble', 'adam', 'sgd', '--out', 'once', '--threads', '1', '--json']
    const results = await Promise.all([treadle(line, { cwd }), treadle(line, { cwd })])
    expect(new Set(results.map(({ code }) => code))).toEqual(new Set([0, 1]))
    expect(results.find(({ code }) => code === 1)?.stderr).toMatch(/holds a model already/)
  })

  test('--tta averages over views, and evaluate records it', async () => {
    const line = ['evaluate', 'adam', '--tta', 'flip', '--threads', '1']
    const [text, plain, recorded] = [
      await treadle(line, { cwd }),
      await treadle(['evaluate', 'adam', '--threads', '1', '--json'], { cwd }),
      await treadle([...line, '--json'], { cwd }),
    ].map(({ stdout }) => stdout) as [string, string, string]
    expect(text).toContain('test-time augmentation flip')
    const [without, averaged] = [JSON.parse(plain), JSON.parse(recorded)] as Record<
      string,
      { loss?: number }
    >[]
    expect(averaged).toMatchObject({ testTimeAugmentation: 'flip' })
    expect(without).not.toHaveProperty('testTimeAugmentation')
    expect(averaged?.['test']?.loss).not.toBe(without?.['test']?.loss)
  })

  test.each([
    [['adam', '--tta', 'flips'], 'must be one of flip, crops, flip-crops'],
    [['both'], 'Give them with --data'],
    [['both', '--data', 'sample', '--weights', 'best'], 'has no checkpoints'],
    [['nowhere'], 'is not a run directory'],
  ])('evaluate %j is refused', async (words, message) => {
    const { code, stderr } = await treadle(['evaluate', ...words], { cwd })
    expect(code).not.toBe(0)
    expect(stderr.replaceAll(/\s+/g, ' ')).toContain(message)
  })

  test.each([
    [['adam', '--out', 'x'], '2 to 49 different run directories, got 1'],
    [['adam', 'sgd'], '`--out` is missing'],
    [['adam', '--snapshots', '--out', 'x'], 'has no snapshots'],
    [['adam', 'sgd', '--snapshots', '--out', 'x'], '`--snapshots` takes one run directory, got 2'],
    [['adam', 'sgd', '--out', 'x', '--weights', 'best'], 'must be equal or validation'],
    [
      ['adam', 'sgd', '--out', 'x', '--weights', 'validation'],
      'validated on the test samples, or not at all',
    ],
    [['adam', 'finished', '--out', 'x'], 'tested on other data'],
    [['adam', 'aborted', '--out', 'x'], 'has no predictions of classes'],
  ])('%j is refused', async (words, message) => {
    const { code, stderr } = await treadle(['ensemble', ...words], { cwd })
    expect(code).not.toBe(0)
    expect(stderr.replaceAll(/\s+/g, ' ')).toContain(message)
  })
})
