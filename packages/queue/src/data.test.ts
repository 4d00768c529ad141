import { loadDataset } from '@treadle/dataset'
import { parseRecipe } from '@treadle/experiment/recipe'
import { describe, expect, test } from 'vitest'
import { dataChecksum, dataKey, isOwnData, portableName } from './data.ts'

const sample = await loadDataset('sample')
if (!('classNames' in sample)) throw new Error('The sample holds images.')

describe('the checksum of data', () => {
  test('is that of the samples, wherever they are from', () => {
    expect(dataChecksum({ ...sample, name: 'copy', source: { kind: 'memory', sha256: {} } })).toBe(
      dataChecksum(sample),
    )
  })

  test('changes with a pixel, a label, a name or the shape', () => {
    const { train, classNames } = sample
    const changed = (part: Partial<typeof train>) => ({ ...sample, train: { ...train, ...part } })
    const all = [
      sample,
      changed({ images: train.images.with(5, 255 - (train.images[5] as number)) }),
      changed({ labels: train.labels.with(0, 9 - (train.labels[0] as number)) }),
      changed({ height: train.width * 2, width: train.height / 2 }),
      { ...sample, classNames: classNames.toReversed() },
    ]
    expect(new Set(all.map(dataChecksum)).size).toBe(all.length)
  })
})

describe('the name of data in a job', () => {
  test('is a built-in one as it was found, or the last part of a path', () => {
    expect(portableName('auto', sample)).toBe('sample')
    expect(portableName('california-housing', sample)).toBe('california-housing')
    expect(portableName('/home/me/photos.zip', sample)).toBe('photos.zip')
  })

  test.each(['/etc', '..', '.', '../x', 'a/b', 'a\\b', 'c:x', '.hidden', '', 'a\0b', 'x'.repeat(256)])(
    'is no path: %j',
    (name) => {
      expect(() => isOwnData(name)).toThrow(expect.objectContaining({ code: 'QUEUE_BAD_JOB' }))
    },
  )

  test('is in the folder of data unless it is built in', () => {
    expect([isOwnData('photos.zip'), isOwnData('sample'), isOwnData('auto')]).toEqual([true, false, false])
  })
})

const key = (data: string, seed: number, fold = '') =>
  dataKey(parseRecipe({ model: 'wide-and-deep', data: { name: data, fold }, training: { seed } }))

test('data are loaded again where another seed chooses their test samples', () => {
  expect(key('sample', 1)).toBe(key('sample', 2, '1/5'))
  expect(key('photos', 1)).not.toBe(key('photos', 2))
})
