import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { checkDataset, isArrayOfType, samplesProblem } from './check-samples.ts'

const images = (count = 2) => ({
  kind: 'images',
  images: new Uint8Array(count * 6),
  labels: new Int32Array(count),
  count,
  height: 3,
  width: 2,
  channels: 1,
})
const table = {
  kind: 'table',
  features: new Float32Array(6),
  targets: new Float32Array(2),
  count: 2,
  width: 3,
  outputs: 1,
}
const source = { kind: 'memory', sha256: { train: '00' } }
const data = { name: 'x', train: images(), test: images(1), classNames: ['a', 'b'], source }

test('sound samples and data sets have no problem', () => {
  expect(samplesProblem(images())).toBeUndefined()
  expect(samplesProblem(table)).toBeUndefined()
  expect(() => checkDataset('f', data)).not.toThrow()
  expect(() => checkDataset('f', { ...data, validation: images(3) })).not.toThrow()
  const names = { featureNames: ['p', 'q', 'r'], targetNames: ['t'] }
  expect(() => checkDataset('f', { name: 'y', train: table, test: table, ...names, source })).not.toThrow()
})

test('inputs alone need no labels or targets', () => {
  const { labels: _, ...pixels } = images()
  expect(samplesProblem(pixels, false)).toBeUndefined()
  expect(samplesProblem(pixels)).toBe('`labels` must be a Int32Array, not undefined.')
  const { targets: _targets, outputs: _outputs, ...features } = table
  expect(samplesProblem(features, false)).toBeUndefined()
  expect(samplesProblem(features)).toContain('`outputs`')
})

test.each([
  [undefined, 'must be LabelledImages or a Table'],
  [{ ...images(), kind: /x/ }, 'must be LabelledImages or a Table'],
  [{ ...images(), count: 1.5 }, '`count` (=1.5) must be a whole number.'],
  [{ ...images(), count: -1 }, '`count` (=-1) must be a whole number.'],
  [{ ...images(), count: 0 }, 'must have at least one sample.'],
  [{ ...images(), channels: 2 ** 32 }, '`images` holds 12 values, but 2 samples need 51539607552.'],
  [{ ...images(), height: 0 }, '`height` (=0) must be a whole number of at least 1.'],
  [{ ...images(), images: [1, 2] }, '`images` must be a Uint8Array, not [1,2].'],
  [{ ...images(), labels: new Uint8Array(2) }, '`labels` must be a Int32Array, not Uint8Array.'],
  [{ ...images(), labels: new Int32Array(3) }, '`labels` holds 3 values, but 2 samples need 2.'],
  [{ ...table, features: { toString: 5 } }, '`features` must be a Float32Array, not {"toString":5}.'],
])('samples %# have the problem %s', (samples, problem) => {
  expect(samplesProblem(samples)).toContain(problem)
})

test.each([
  [null, 'it must be an object, not null'],
  [{ ...data, name: [0] }, '`name` (=[0]) must be a string'],
  [{ ...data, train: undefined }, '`train`: must be LabelledImages'],
  [{ ...data, validation: 3 }, '`validation`: must be LabelledImages'],
  [{ ...data, classNames: ['a', 3] }, '`classNames` (=["a",3]) must be a list of strings'],
  [{ ...data, classNames: undefined }, '`classNames` (=undefined)'],
  [{ ...data, test: table }, 'samples of one kind and size'],
  [{ ...data, test: { ...images(), height: 2, width: 3 } }, 'samples of one kind and size'],
  [{ ...data, validation: { ...images(), height: 1, channels: 3 } }, 'samples of one kind and size'],
  [{ ...data, source: undefined }, '`source.kind`'],
  [{ ...data, source: { ...source, location: 3 } }, '`source.location` (=3)'],
  [{ ...data, source: { kind: 'memory' } }, '`source.sha256`'],
  [{ ...data, source: { kind: 'memory', sha256: { a: 1 } } }, '`source.sha256`'],
])('data set %# is refused: %s', (bad, problem) => {
  expect(() => checkDataset('Running', bad)).toThrow(
    expect.objectContaining({ code: 'CORE_BAD_DATA', message: expect.stringContaining(problem) }),
  )
})

test('arrays of another realm are recognised', () => {
  expect(isArrayOfType(runInNewContext('new Uint8Array(3)'), 'Uint8Array')).toBe(true)
  expect(isArrayOfType(new Uint8ClampedArray(3), 'Uint8Array')).toBe(false)
  expect(isArrayOfType({ [Symbol.toStringTag]: 'Uint8Array' }, 'Uint8Array')).toBe(false)
})
