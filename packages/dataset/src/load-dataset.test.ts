import { expect, test } from 'vitest'
import { failure } from '../test/failure.ts'
import { describeDataset } from './describe.ts'
import { datasetNames, loadDataset } from './load-dataset.ts'

test('the names are the command’s', () => {
  expect(datasetNames).toEqual(['auto', 'fashion-mnist', 'sample', 'california-housing'])
})

test('the sample, by name', async () => {
  const { train, test: held, ...rest } = describeDataset(await loadDataset('sample'))
  expect(train).toEqual({
    count: 6000,
    shape: [28, 28, 1],
    bytes: 6000 * 788,
    classCounts: Array(10).fill(600),
  })
  expect(held.classCounts).toEqual(Array(10).fill(100))
  expect(rest).toMatchObject({ name: 'fashion-mnist-sample', kind: 'images', source: { kind: 'sample' } })
  expect(rest.outputs[0]).toBe('T-shirt/top')
})

test.each(['mnits', '', 'toString', '__proto__'])('%j is neither a name nor a path', async (name) => {
  const error = await failure(() => loadDataset(name))
  expect(error.code).toBe('DATASET_UNKNOWN_NAME')
  expect(error.message).toContain('auto, fashion-mnist, sample, california-housing')
})
