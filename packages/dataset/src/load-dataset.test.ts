import { describe, expect, test } from 'vitest'
import { failure } from '../test/failure.ts'
import { greyPng } from '../test/png.ts'
import { fullFashionMnist, housingTable, testWith } from '../test/real-data.ts'
import { temporaryFolder } from '../test/temporary-folder.ts'
import { writeTree } from '../test/tree.ts'
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

test('the sample again, for auto where nothing else is', async () => {
  const options = {
    offline: true,
    cacheDirectory: await temporaryFolder(),
    systemDirectory: 'no-such-folder',
  }
  expect((await loadDataset('auto', options)).source.kind).toBe('sample')
})

describe('a path, whatever it leads to', () => {
  testWith(fullFashionMnist)('IDX files', async () => {
    expect((await loadDataset(fullFashionMnist.path)).name).toBe('fashion-mnist')
  })

  testWith(housingTable)('California housing', async () => {
    const data = await loadDataset(housingTable.path, { seed: 1, testFraction: 0.5 })
    expect(describeDataset(data)).toMatchObject({
      kind: 'table',
      train: { count: 10_320, shape: [8] },
      outputs: ['MedHouseVal'],
      features: [
        'MedInc',
        'HouseAge',
        'AveRooms',
        'AveBedrms',
        'Population',
        'AveOccup',
        'Latitude',
        'Longitude',
      ],
    })
  })

  test('folders of PNG', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 10 }, (_, i) => [`${i % 2 ? 'ants' : 'bees'}/${i}.png`, greyPng(2, 2, i)]),
    )
    const data = await loadDataset(await writeTree(files), {
      testFraction: 0.4,
      size: { height: 1, width: 1 },
    })
    expect(describeDataset(data)).toMatchObject({
      train: { count: 6, shape: [1, 1, 1] },
      test: { classCounts: [2, 2] },
      outputs: ['ants', 'bees'],
    })
  })

  test('nothing that is known', async () => {
    const folder = await writeTree({ 'a.txt': 'x' })
    expect(await failure(() => loadDataset(`${folder}/a.txt`))).toMatchObject({
      code: 'DATASET_CHECKSUM',
      message: expect.stringMatching(/not its table, or damaged\. Images come in a folder/),
    })
    expect((await failure(() => loadDataset(folder))).code).toBe('DATASET_NOT_FOUND')
  })
})

test.each(['mnits', '', 'toString', '__proto__'])('%j is neither a name nor a path', async (name) => {
  const error = await failure(() => loadDataset(name))
  expect(error.code).toBe('DATASET_UNKNOWN_NAME')
  expect(error.message).toContain('auto, fashion-mnist, sample, california-housing')
})
