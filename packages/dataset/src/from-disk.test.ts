import { describe, expect, test } from 'vitest'
import { failure } from '../test/failure.ts'
import { greyPng } from '../test/png.ts'
import { fullFashionMnist, housingTable, testWith } from '../test/real-data.ts'
import { temporaryFolder } from '../test/temporary-folder.ts'
import { writeTree } from '../test/tree.ts'
import { describeDataset } from './describe.ts'
import { fashionMnistInfo } from './fashion-mnist/info.ts'
import { loadIdxFolder } from './idx-folder.ts'
import { loadImages } from './images/load-images.ts'
import { loadDataset } from './load-dataset.ts'

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
      message: expect.stringMatching(
        /must be an archive of images \(zip, tar, tar\.gz\) or the table of California housing/,
      ),
    })
    expect((await failure(() => loadDataset(folder))).code).toBe('DATASET_NOT_FOUND')
  })
})

describe('a folder of IDX files', () => {
  test('with the four that belong together', async () => {
    const folder = await writeTree({
      'train-images-idx3-ubyte': Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 7),
      'train-labels-idx1-ubyte': Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 1, 0),
      't10k-images-idx3-ubyte': Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 9),
      't10k-labels-idx1-ubyte': Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 1, 1),
    })
    const { train, test: held, source } = await loadIdxFolder(folder)
    expect([[...train.images], [...held.images], [...held.labels]]).toEqual([[7], [9], [1]])
    expect(source).toMatchObject({ kind: 'folder', location: folder })
  })

  testWith(fullFashionMnist)('of Fashion-MNIST are known by its checksums', async () => {
    const { name, classNames } = await loadIdxFolder(fullFashionMnist.path)
    expect([name, classNames]).toEqual(['fashion-mnist', fashionMnistInfo.classNames])
  })

  test('that is not there', async () => {
    expect((await failure(() => loadIdxFolder('no-such-folder'))).message).toMatch(/no such folder/)
  })
})

describe('folders of PNG files', () => {
  test('classes alone, hidden files and others left out', async () => {
    const folder = await writeTree({
      'cats/1.png': greyPng(1, 1, 1),
      'cats/2.png': greyPng(1, 1, 1),
      'ants/1.PNG': greyPng(1, 1, 2),
      'ants/2.PNG': greyPng(1, 1, 2),
      'notes.txt': 'x',
      '.hidden/a.png': 'x',
      'dogs/.gitkeep': '',
    })
    const warnings: string[] = []
    const data = await loadImages(folder, {
      split: { fraction: 0.5, seed: 1 },
      onWarning: ({ message, level }) => void (level === 'warning' && warnings.push(message)),
    })
    expect([data.classNames, [...data.train.images], [...data.test.images]]).toEqual([
      ['ants', 'cats'],
      [2, 1],
      [2, 1],
    ])
    expect(warnings).toEqual([
      expect.stringMatching(/^1 file is not used, such as notes.txt/),
      expect.stringMatching(/^1 class folder is empty, .*: dogs\.$/),
      expect.stringMatching(/^2 test images are also in training/),
    ])
    expect(data.source).toMatchObject({ kind: 'folder', location: folder })
    expect(folder.endsWith(data.name)).toBe(true)
  })

  // As a camera names them, and as a folder that git keeps.
  test('whose names begin with _ are kept, and a class that is empty in training is said', async () => {
    const names = ['IMG0.png', '_DSC0004.png', '_DSC0005.png']
    const folder = await writeTree({
      ...Object.fromEntries(names.map((name, i) => [`train/bag/${name}`, greyPng(1, 1, i)])),
      ...Object.fromEntries(names.map((name, i) => [`train/boot/${name}`, greyPng(1, 1, 100 + i)])),
      'test/bag/_1.png': greyPng(1, 1, 1),
      'test/boot/_1.png': greyPng(1, 1, 200),
      'train/180/.gitkeep': '',
    })
    const { classNames, train, test: held, findings = [] } = await loadImages(folder)
    expect(classNames).toEqual(['bag', 'boot'])
    expect([[...train.images], [...held.images]]).toEqual([
      [0, 1, 2, 100, 101, 102],
      [1, 200],
    ])
    const messages = Object.fromEntries(findings.map(({ code, message }) => [code, message]))
    expect(messages).toMatchObject({
      DATASET_HIDDEN_FILES: '1 hidden or system file is skipped.',
      DATASET_EMPTY_CLASS: expect.stringMatching(/^1 class folder is empty, .*180\.$/),
      DATASET_DUPLICATES: expect.stringMatching(/^1 test image is also in training/),
    })
  })

  test('that cannot be read are named', async () => {
    const folder = await writeTree({
      'a/1.png': greyPng(1, 1, 1),
      'b/broken.png': greyPng(1, 1, 1).subarray(0, 40),
    })
    expect((await failure(() => loadImages(folder))).message).toMatch(/b[\\/]broken\.png/)
  })

  test('that are not there', async () => {
    expect((await failure(() => loadImages('no-such-folder'))).code).toBe('DATASET_NOT_FOUND')
  })
})
