import { createHash } from 'node:crypto'
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, vi } from 'vitest'
import { housingTable, testWith } from '../../../packages/dataset/test/real-data.ts'
import { PATIENCE, run } from './process.ts'
import { temporaryFolder } from './test-context.ts'

vi.setConfig(PATIENCE)

interface Result {
  readonly history: Record<string, number[]>
  readonly test: { readonly mae: number; readonly rmse: number; readonly r2: number; readonly loss: number }
  readonly weightsSha256: string
}

const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length

/** The figures of the test rows, worked out anew from the file of predictions. */
function figuresOf(csv: string) {
  const rows = csv
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.split(',').map(Number) as [number, number, number, number])
  const middle = mean(rows.map(([, target]) => target))
  const squares = mean(rows.map(([, target, prediction]) => (prediction - target) ** 2))
  return {
    count: rows.length,
    mae: mean(rows.map(([, target, prediction]) => Math.abs(prediction - target))),
    rmse: Math.sqrt(squares),
    r2: 1 - squares / mean(rows.map(([, target]) => (target - middle) ** 2)),
  }
}

testWith(housingTable)('the base network learns the price of houses, and is reported on', async () => {
  vi.stubEnv('TREADLE_CALIFORNIA_HOUSING', housingTable.path)
  const cwd = await temporaryFolder()
  const line = ['train', 'wide-and-deep-regressor', '--data', 'california-housing', '--epochs', '10']
  const { code, stdout, stderr } = await run([...line, '--out', 'run'], cwd)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toContain('1,239 parameters: 1,239 trainable, 0 not trainable')
  expect(stdout).toContain('16,512 training and 4,128 test samples, 8 features')
  const directory = join(cwd, 'run')
  expect((await readdir(directory)).toSorted()).toEqual([
    'checkpoints',
    'history.jsonl',
    'loss.svg',
    'mae.svg',
    'model',
    'predictions.csv',
    'predictions.svg',
    'report.html',
    'report.md',
    'report.txt',
    'run.json',
  ])

  const report = await run(['report', 'run', '--json'], cwd)
  expect(report.code).toBe(0)
  const { history, test, weightsSha256 } = JSON.parse(report.stdout) as Result
  expect(Object.keys(history).toSorted()).toEqual(['loss', 'mae', 'val_loss', 'val_mae'])
  expect(history['val_loss']).toHaveLength(10)
  const { count, ...figures } = figuresOf(await readFile(join(directory, 'predictions.csv'), 'utf8'))
  expect(count).toBe(4128)
  for (const [name, value] of Object.entries(figures))
    expect(test[name as keyof typeof figures]).toBeCloseTo(value, 6)
  // A line through the eight features comes to about 0.6.
  expect(test.r2).toBeGreaterThan(0.7)
  expect(test.loss).toBeCloseTo(test.rmse ** 2, 10)
  const said = `MAE ${test.mae.toFixed(4)}  RMSE ${test.rmse.toFixed(4)}  R² ${test.r2.toFixed(4)}`
  expect(stdout).toContain(said)
  const words = said.replaceAll('  ', ', ')
  for (const file of ['report.txt', 'report.md', 'report.html'])
    expect(await readFile(join(directory, file), 'utf8')).toContain(words)

  const weights = await readFile(join(directory, 'model', 'weights.bin'))
  expect(createHash('sha256').update(weights).digest('hex')).toBe(weightsSha256)
  const evaluation = await run(['evaluate', 'run', '--json'], cwd)
  expect(JSON.parse(evaluation.stdout)).toMatchObject({ test: { mae: test.mae, r2: test.r2 } })
})
