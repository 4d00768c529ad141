import { describe, expect, test } from 'vitest'
import { exampleRecord } from '../../test/example-record.ts'
import {
  Run,
  memoryStore,
  parseRecipe,
  type RecipeInput,
  type RunRecord,
  type TestOutputs,
} from '../index.ts'
import { readComparison } from './read-comparison.ts'

const idx = (sum: string) => ({ 'train-images-idx3-ubyte': 'aa', 't10k-images-idx3-ubyte': sum })
const prepared = (sum: string) => ({ ...idx('bb'), 'test-images': sum })
const digests = (part: string, sum: string) => ({ 'test-images': 'cc', 'train-images': 'aa', [part]: sum })

interface Parts {
  readonly recipe?: Omit<RecipeInput, 'model'>
  readonly dataset?: Partial<RunRecord['dataset']>
  readonly sha256?: Readonly<Record<string, string>>
  /** Null for a run that was not tested. */
  readonly outputs?: TestOutputs | null
}

const answers: TestOutputs = {
  kind: 'classifier',
  classNames: ['a', 'b'],
  labels: Int32Array.of(0, 1),
  probabilities: Float32Array.of(0.9, 0.1, 0.2, 0.8),
}

async function runOf(
  name: string,
  { recipe = {}, dataset, sha256 = idx('bb'), outputs = answers }: Parts = {},
) {
  const record = exampleRecord()
  const store = Object.assign(memoryStore(), { location: name })
  const run = await Run.create(store, {
    ...record,
    recipe: parseRecipe({ model: 'wide-and-deep', ...recipe }),
    dataset: { ...record.dataset, source: { kind: 'folder', sha256 }, ...dataset },
    ...(outputs && { test: { accuracy: 1, loss: 0.2 } }),
  })
  await run.appendHistory({ epoch: 1, loss: 0.5, accuracy: 0.75 })
  if (outputs) await run.writePredictions(outputs)
  await run.release()
  return run
}

async function compared(one: Parts, other: Parts) {
  return readComparison([await runOf('one', one), await runOf('other', other)])
}

describe('runs are compared pair by pair if they were tested on the same samples', () => {
  test.each<[string, Parts, Parts]>([
    ['other settings', {}, { recipe: { optimizer: 'sgd', training: { seed: 7 } } }],
    ['other training files', {}, { sha256: { ...idx('bb'), 'train-images-idx3-ubyte': 'dd' } }],
    ['images of one file prepared in another way', { sha256: prepared('cc') }, { sha256: prepared('dd') }],
    [
      'another split of training and validation',
      { sha256: digests('train-images', 'x') },
      { sha256: digests('train-images', 'y') },
    ],
  ])('%s', async (_, one, other) => {
    expect((await compared(one, other)).groups).toEqual([{ runs: [0, 1] }])
  })

  const table = { kind: 'table', names: ['value'] } as const
  const values: TestOutputs = {
    kind: 'regressor',
    targetName: 'value',
    targets: Float32Array.of(1, 2),
    predictions: Float32Array.of(1, 3),
  }
  const housing = { dataset: table, outputs: values, sha256: { 'cal_housing.data': 'ee' } }

  test.each<[RegExp, Parts, Parts]>([
    [/other files or samples \(t10k-images-idx3-ubyte\)/, {}, { sha256: idx('cc') }],
    [
      /other files or samples \(test-images\)/,
      { sha256: digests('test-images', 'x') },
      { sha256: digests('test-images', 'y') },
    ],
    [/no checksums/, { sha256: {} }, { sha256: {} }],
    [/no checksums/, {}, { sha256: { 'train-images': 'aa' } }],
    [
      /3 test samples, not 2/,
      {},
      {
        outputs: { ...answers, labels: Int32Array.of(0, 1, 0), probabilities: new Float32Array(6).fill(0.5) },
      },
    ],
    [/other labels, or another order/, {}, { outputs: { ...answers, labels: Int32Array.of(1, 0) } }],
    [
      /other classes/,
      {},
      { dataset: { names: ['a', 'c'] }, outputs: { ...answers, classNames: ['a', 'c'] } },
    ],
    [/predicts classes/, {}, housing],
    [/drawn by the seed, which is 7, not 1/, housing, { ...housing, recipe: { training: { seed: 7 } } }],
    [/share of test samples is 0.3, not 0.2/, housing, { ...housing, recipe: { data: { testSplit: 0.3 } } }],
  ])('not with %s', async (reason, one, other) => {
    const { groups } = await compared(one, other)
    expect(groups).toEqual([{ runs: [0] }, { runs: [1], differs: expect.stringMatching(reason) as string }])
  })

  test('the largest group comes first, and untested runs are in none', async () => {
    const parts = [{ sha256: idx('cc') }, {}, { outputs: null }, {}]
    const runs = await Promise.all(parts.map((part, i) => runOf(`run-${i}`, part)))
    const { groups, runs: read } = await readComparison(runs)
    expect(groups).toEqual([
      { runs: [1, 3] },
      { runs: [0], differs: expect.stringContaining('other files') as string },
    ])
    expect(read.map(({ name, report }) => [name, report.test !== undefined])).toEqual([
      ['run-0', true],
      ['run-1', true],
      ['run-2', false],
      ['run-3', true],
    ])
  })
})

test('only the fields that differ are listed, with the value of each run', async () => {
  const { differences } = await compared(
    { recipe: { optimizer: { name: 'sgd', momentum: 0.9 } } },
    { recipe: { optimizer: 'sgd', data: { validation: { split: 0.1 } }, training: { batchSize: 64 } } },
  )
  expect(differences).toEqual([
    { path: 'data.validation', values: ['test', undefined] },
    { path: 'data.validation.split', values: [undefined, '0.1'] },
    { path: 'training.batchSize', values: ['32', '64'] },
    { path: 'optimizer.momentum', values: ['0.9', '0'] },
  ])
  expect((await compared({}, {})).differences).toEqual([])
})

test('a damaged file is named with its run', async () => {
  const run = await runOf('two')
  await run.write('predictions.csv', 'row,label\n')
  await expect(readComparison([await runOf('one'), run])).rejects.toThrow(
    /^two: predictions\.csv has other columns/,
  )
})

test('a run that has lost its predictions counts as untested', async () => {
  const run = await runOf('two')
  await run.remove('predictions.csv')
  expect((await readComparison([await runOf('one'), run])).groups).toEqual([{ runs: [0] }])
})

test('runs with one name are named by their locations', async () => {
  const runs = [await runOf('a/run'), await runOf('b/run'), await runOf('b/other')]
  const { runs: named } = await readComparison(runs)
  expect(named.map(({ name }) => name)).toEqual(['a/run', 'b/run', 'other'])
})
