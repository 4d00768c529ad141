import '@tensorflow/tfjs-backend-cpu'
import { fc, test } from '@fast-check/vitest'
import { type LabelledImages, type Preprocessing, RandomStream } from '@treadle/core'
import { describe, expect } from 'vitest'
import { FakeDirectory } from '../../test/fake-directory.ts'
import { Classifier, trainingStatistics, wideAndDeepClassifier } from '../index.ts'
import { inputDistance } from './distance.ts'
import { featureCount } from './feature-count.ts'
import { pictureFeatures } from './features.ts'
import { checkStatistics, type TrainingStatistics } from './schema.ts'

/** Numbers in [0, most). */
function numbers(count: number, most: number, stream: number): Float64Array {
  const random = new RandomStream(1, 1, { stream })
  return Float64Array.from({ length: count }, (_, i) => most * random.uniform(i))
}

/** Pictures of a bright rectangle on a dark ground, with some noise. */
function rectangles(count: number, side: number, channels: 1 | 3, seed = 1): LabelledImages {
  const size = side * side * channels
  const random = numbers(count * (size + 4), 1, seed)
  let drawn = 0
  const next = () => random[drawn++] as number
  const images = new Uint8Array(count * size)
  for (let image = 0; image < count; image++) {
    const [left, top, width, height] = [next(), next(), next(), next()].map((v) => (v * side) / 2)
    for (let y = 0; y < side; y++)
      for (let x = 0; x < side; x++)
        for (let channel = 0; channel < channels; channel++) {
          const inside = x >= left! && x < left! + width! + 2 && y >= top! && y < top! + height! + 2
          images[image * size + (y * side + x) * channels + channel] =
            (inside ? 150 + 40 * channel : 10) + 20 * next()
        }
  }
  const shape = { count, height: side, width: side, channels }
  return { kind: 'images', images, labels: new Int32Array(count), ...shape }
}

const contract = (side: number, channels: 1 | 3, rest: Partial<Preprocessing> = {}): Preprocessing => ({
  height: side,
  width: side,
  channels,
  scale: 1 / 255,
  offset: 0,
  invert: false,
  trim: false,
  fit: 'crop',
  filter: 'bilinear',
  margin: 0,
  background: 'auto',
  trainedOn: 'files',
  ...rest,
})

const statisticsOf = (images: LabelledImages) => trainingStatistics(images) as TrainingStatistics

describe.each([1, 3] as const)('statistics of pictures with %i channels', (channels) => {
  const train = rectangles(400, 12, channels)
  const statistics = statisticsOf(train)
  const size = 144 * channels
  const distances = ({ images, count }: LabelledImages) =>
    Array.from({ length: count }, (_, i) =>
      inputDistance(images.subarray(i * size, (i + 1) * size), contract(12, channels), statistics)!,
    )

  test('are below 10 kB of JSON and are those of the features', () => {
    expect(JSON.stringify(statistics).length).toBeLessThan(11_000)
    expect(checkStatistics(JSON.parse(JSON.stringify(statistics)), channels)).toEqual(statistics)
    const features = Array.from({ length: 400 }, (_, i) =>
      pictureFeatures({
        width: 12,
        height: 12,
        channels,
        data: train.images.subarray(i * size, (i + 1) * size),
      }),
    )
    const d = featureCount(channels)
    const mean = (value: (features: Float64Array) => number) =>
      features.reduce((sum, one) => sum + value(one), 0) / features.length
    const means = Array.from({ length: d }, (_, j) => mean((one) => one[j]!))
    for (const [j, value] of statistics.mean.entries()) expect(value).toBeCloseTo(means[j]!, 5)
    // W · C · Wᵀ is the identity, for some pairs of rows.
    const covariance = (i: number, j: number) => {
      const value = mean((one) => (one[i]! - means[i]!) * (one[j]! - means[j]!))
      return i === j ? value + 1e-4 : (value * 400) / (400 + d)
    }
    const row = (i: number) => statistics.whitening.slice((i * (i + 1)) / 2, ((i + 1) * (i + 2)) / 2)
    for (const [i, k] of [
      [0, 0],
      [d - 1, d - 1],
      [d - 1, 20],
      [33, 5],
    ] as const) {
      let product = 0
      for (const [j, a] of row(i).entries())
        for (const [l, b] of row(k).entries()) product += a * b * covariance(j, l)
      expect(product).toBeCloseTo(i === k ? 1 : 0, 3)
    }
  })

  test('tell other pictures from those of the same kind', () => {
    const same = distances(rectangles(400, 12, channels, 2)).filter((distance) => distance > 1).length
    expect(same).toBeLessThanOrEqual(20)
    const noise = numbers(50 * size, 256, 3)
    const others = distances({ ...train, images: Uint8Array.from(noise), count: 50 })
    expect(Math.min(...others)).toBeGreaterThan(2)
  })

  test('give the same distance for bytes and for scaled values', () => {
    const image = train.images.subarray(0, size)
    for (const [scale, offset] of [
      [1 / 255, 0],
      [1 / 127.5, -1],
      [1, 0],
    ] as const) {
      const input = Float32Array.from(image, (value) => value * scale + offset)
      const scaled = inputDistance(input, contract(12, channels, { scale, offset }), statistics)
      expect(scaled).toBeCloseTo(distances({ ...train, count: 1 })[0]!, 2)
    }
    expect(inputDistance(new Float32Array(size), contract(12, channels, { scale: 0 }), statistics)).toBe(
      undefined,
    )
  })
})

test.prop(
  [
    fc.record({
      side: fc.integer({ min: 1, max: 9 }),
      channels: fc.constantFrom(1 as const, 3 as const),
      count: fc.integer({ min: 20, max: 30 }),
      value: fc.constantFrom('equal', 'random'),
    }),
  ],
  { numRuns: 25 },
)('any training pictures give finite statistics that are accepted', ({ side, channels, count, value }) => {
  const length = count * side * side * channels
  const images = value === 'equal' ? new Uint8Array(length).fill(7) : Uint8Array.from(numbers(length, 256, 5))
  const samples = {
    kind: 'images',
    images,
    labels: new Int32Array(count),
    count,
    height: side,
    width: side,
    channels,
  } as const
  const statistics = statisticsOf(samples)
  expect(checkStatistics(statistics, channels)).toEqual(statistics)
  expect(statisticsOf(samples)).toEqual(statistics)
  const white = new Uint8Array(side * side * channels).fill(255)
  expect(inputDistance(white, contract(side, channels), statistics)).toBeGreaterThanOrEqual(0)
})

test('too few pictures, and other than grey and RGB, give none', () => {
  expect(trainingStatistics(rectangles(19, 8, 1))).toBe(undefined)
  const images = { ...rectangles(20, 8, 1), channels: 2, width: 4 }
  expect(trainingStatistics(images)).toBe(undefined)
})

describe('a classifier', () => {
  const statistics = statisticsOf(rectangles(40, 8, 1))
  const withStatistics = async (given: unknown) => {
    const model = wideAndDeepClassifier({ seed: 1, classes: 2, inputShape: [8, 8] })
    const files = new FakeDirectory()
    const options = { classNames: ['a', 'b'], preprocessing: contract(8, 1) }
    await Classifier.from(model, { ...options, trainingStatistics: statistics }).save(files)
    model.dispose()
    const json = JSON.parse(await (await (await files.getFileHandle('model.json')).getFile()).text())
    expect(json.userDefinedMetadata.trainingStatistics).toEqual(statistics)
    json.userDefinedMetadata.trainingStatistics = given
    const weights = await (await files.getFileHandle('weights.bin')).getFile()
    return Classifier.load({ 'model.json': new Blob([JSON.stringify(json)]), 'weights.bin': weights })
  }
  const image = { data: new Uint8Array(64).fill(200), width: 8, height: 8 }

  test('answers with the distance, the input and the predictions', async () => {
    await using classifier = await withStatistics(statistics)
    const { distance, input, predictions } = await classifier.answer(image, { topK: 1 })
    expect(predictions).toEqual(await classifier.classify(image, { topK: 1 }))
    expect(input).toEqual(await classifier.prepare(image))
    expect(distance).toBe(inputDistance(image.data, contract(8, 1), statistics))
  })

  test('without statistics answers without a distance', async () => {
    await using classifier = await withStatistics(undefined)
    expect((await classifier.answer(image)).distance).toBe(undefined)
  })

  const { mean, whitening, limit } = statistics
  test.each<[string, unknown]>([
    ['null', null],
    ['a list', []],
    ['another field', { ...statistics, more: 1 }],
    ['too few means', { mean: mean.slice(1), whitening, limit }],
    ['those of colour', { mean: [...mean, 0, 0, 0, 0], whitening: Array(990).fill(0), limit }],
    ['too few factors', { mean, whitening: whitening.slice(1), limit }],
    ['a text', { mean: mean.with(3, 'x' as never), whitening, limit }],
    ['a huge value', { mean, whitening: whitening.with(0, 1e300), limit }],
    ['no limit', { mean, whitening }],
    ['a limit of 0', { mean, whitening, limit: 0 }],
  ])('refuses %s', async (_, given) => {
    await expect(withStatistics(given)).rejects.toMatchObject({
      code: 'MODEL_BAD_METADATA',
      message: expect.stringContaining('trainingStatistics'),
    })
  })
})
