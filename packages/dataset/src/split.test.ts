import type { LabelledImages, Table } from '@treadle/core'
import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { failure } from '../test/failure.ts'
import { selectSamples, splitSamples } from './split.ts'
import { uniform } from '../../../test/support/uniform.ts'

/** Each image is one pixel: its own index. */
function imagesOf(labels: readonly number[]): LabelledImages {
  const count = labels.length
  const images = Uint8Array.from(labels, (_, index) => index)
  return { kind: 'images', images, labels: Int32Array.from(labels), count, height: 1, width: 1, channels: 1 }
}

const labelled = fc.array(fc.nat(4), { minLength: 2, maxLength: 200 }).map(imagesOf)
const fraction = uniform(0.01, 0.99)
const seed = fc.integer({ min: 0, max: 0xffffffff })

describe('a stratified split', () => {
  test.prop([labelled, fraction, seed])(
    'is exact, ordered, complete and keeps each class’s share',
    (samples, part, s) => {
      const held = Math.floor(samples.count * part + 0.5)
      fc.pre(held >= 1 && held < samples.count)
      const { train, validation } = splitSamples(samples, { fraction: part, seed: s })
      expect([train.count, validation.count]).toEqual([samples.count - held, held])
      for (const side of [train, validation]) {
        expect([...side.images]).toEqual([...side.images].toSorted((a, b) => a - b))
        side.images.forEach((index, i) => expect(side.labels[i]).toBe(samples.labels[index]))
      }
      expect([...train.images, ...validation.images].toSorted((a, b) => a - b)).toEqual([...samples.images])
      for (let label = 0; label <= 4; label++) {
        const of = (side: LabelledImages) => side.labels.filter((met) => met === label).length
        expect(Math.abs(of(validation) - of(samples) * part)).toBeLessThanOrEqual(1)
      }
    },
  )

  test.prop([labelled, seed])('is the same for the same seed', (samples, s) => {
    const [one, other] = [1, 2].map(() => splitSamples(samples, { fraction: 0.5, seed: s }))
    expect(one).toEqual(other)
  })

  test('differs from seed to seed', () => {
    const samples = imagesOf(Array(100).fill(0))
    const splits = [1, 2, 3].map((s) =>
      splitSamples(samples, { fraction: 0.5, seed: s }).validation.images.join(),
    )
    expect(new Set(splits).size).toBe(3)
  })

  test('draws each class apart: two classes of one size do not lose the same positions', () => {
    const { validation } = splitSamples(imagesOf([...Array(100).fill(0), ...Array(100).fill(1)]), {
      fraction: 0.3,
      seed: 5,
    })
    const positions = (label: number) =>
      [...validation.images].filter((_, i) => validation.labels[i] === label).map((index) => index % 100)
    expect(positions(0).length).toBe(30)
    expect(positions(0)).not.toEqual(positions(1))
  })

  test('copies, so that the original stays as it was', () => {
    const samples = imagesOf([0, 1, 0, 1])
    splitSamples(samples, { fraction: 0.5, seed: 0 }).train.images.fill(255)
    expect([...samples.images]).toEqual([0, 1, 2, 3])
  })
})

const rows: Table = {
  kind: 'table',
  features: Float32Array.of(0, 0, 1, 10, 2, 20, 3, 30),
  targets: Float32Array.of(0, 100, 200, 300),
  count: 4,
  width: 2,
  outputs: 1,
}

test('rows of a table stay together', () => {
  const { train, validation } = splitSamples(rows, { fraction: 0.25, seed: 1 })
  expect([train.count, validation.count]).toEqual([3, 1])
  for (const side of [train, validation]) {
    side.targets.forEach((target, i) =>
      expect([...side.features.subarray(2 * i, 2 * i + 2)]).toEqual([target / 100, target / 10]),
    )
  }
})

test('samples are selected in the order asked, also twice', () => {
  expect(selectSamples(rows, [3, 0, 3])).toMatchObject({ count: 3, targets: Float32Array.of(300, 0, 300) })
  expect([...selectSamples(imagesOf([4, 5, 6]), [2, 0]).labels]).toEqual([6, 4])
})

test.each([0, 1, -1, 2, Number.NaN, 0.1])('a fraction of %d of four samples is refused', async (part) => {
  const error = await failure(() => splitSamples(rows, { fraction: part, seed: 0 }))
  expect([error.code, error.message]).toEqual(['DATASET_BAD_OPTION', expect.stringContaining(`(=${part})`)])
})

test('a bad seed is refused', async () => {
  expect((await failure(() => splitSamples(rows, { fraction: 0.5, seed: -1 }))).code).toBe('CORE_BAD_SEED')
})
