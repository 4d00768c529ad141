import '@tensorflow/tfjs-backend-cpu'
import { fc, test } from '@fast-check/vitest'
import { memory, tensor } from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { layers, sequential } from '@tensorflow/tfjs-layers'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { encodePng } from '@treadle/image'
import { DecoderPool } from '@treadle/image/decoders'
import { afterEach, beforeEach, describe, expect, vi } from 'vitest'
import { FakeDirectory } from '../test/fake-directory.ts'
import { Classifier, classMetadata, initializeWeights, saveModel, wideAndDeepClassifier } from './index.ts'
import type { ImageInput } from './index.ts'
import { toProbabilities } from './probabilities.ts'
import { uniform } from '../../../test/support/uniform.ts'

let before: number
beforeEach(() => {
  before = memory().numTensors
})
afterEach(() => expect(memory().numTensors).toBe(before))

const classNames = ['left', 'right']

/** Says on which side a grey image of 4 × 4 is brighter: the difference of its halves' means, as logits. */
function sides(): LayersModel {
  const model = sequential({
    layers: [
      layers.flatten({ inputShape: [4, 4] }),
      layers.dense({ units: 2, activation: 'softmax', name: 'output' }),
    ],
  })
  const weights = Array.from({ length: 16 }, (_, index) => (index % 4 < 2 ? [1, -1] : [-1, 1]))
  const [kernel, bias] = [tensor(weights), tensor([0, 0])]
  model.setWeights([kernel, bias])
  kernel.dispose()
  bias.dispose()
  return model
}

/** An image with a bright stripe at a column, on dark. */
const stripe = (column: number, width = 4, height = 4) => ({
  data: Uint8Array.from({ length: width * height }, (_, index) => (index % width === column ? 255 : 0)),
  width,
  height,
  channels: 1 as const,
})

describe('a classifier', () => {
  test('averages the probabilities over views of the image', async () => {
    const model = sides()
    const classifier = Classifier.from(model, { classNames, preprocessing: { invert: false, trim: false } })
    const flip = { testTimeAugmentation: 'flip' } as const
    const [best, other] = await classifier.classify(stripe(0), flip)
    expect(best?.probability).toBeCloseTo(0.5, 6)
    expect(other?.probability).toBeCloseTo(0.5, 6)
    // Moved by a pixel: two of the four corners are to the left, two to the right.
    const crops = { testTimeAugmentation: 'crops' } as const
    const plain = await classifier.classify(stripe(1))
    const moved = await Promise.all([0, 1, 2].map((column) => classifier.classify(stripe(column))))
    const left = (predictions: typeof plain) =>
      predictions.find(({ className }) => className === 'left')?.probability as number
    const expected =
      (left(plain) + 2 * left(moved[0] as typeof plain) + 2 * left(moved[2] as typeof plain)) / 5
    const [list] = await classifier.classify([stripe(1)], crops)
    expect(left(list as typeof plain)).toBeCloseTo(expected, 6)
    expect((await classifier.answer(stripe(1), crops)).predictions).toEqual(list)
    await expect(
      classifier.classify(stripe(1), { testTimeAugmentation: 'mirror' as never }),
    ).rejects.toMatchObject({ code: 'IMAGE_BAD_VIEWS' })
    await classifier.dispose()
    model.dispose()
  })

  test('keeps names and preprocessing in its files', async () => {
    const model = sides()
    const folder = new FakeDirectory()
    const one = Classifier.from(model, { classNames, preprocessing: { trim: false, margin: 1, scale: 2 } })
    await one.save(folder)
    const other = await Classifier.load(folder)
    expect(other.classNames).toEqual(classNames)
    expect(other.preprocessing).toEqual({
      height: 4,
      width: 4,
      channels: 1,
      scale: 2,
      offset: 0,
      invert: 'auto',
      trim: false,
      fit: 'contain',
      margin: 1,
      filter: 'area',
      background: 'auto',
      trainedOn: 'arrays',
    })
    expect(await other.classify(stripe(0))).toEqual(await one.classify(stripe(0)))
    await one.dispose()
    await other.dispose()
    await other.dispose()
    await expect(other.classify(stripe(0))).rejects.toMatchObject({ code: 'MODEL_DISPOSED' })
    expect(model.weights.every((weight) => !weight.read().isDisposed)).toBe(true)
    model.dispose()
  })

  test('tells sides apart in PNGs, pixels and batches, dark or light', async () => {
    const model = sides()
    const classifier = Classifier.from(model, { classNames, preprocessing: { trim: false } })
    const best = async (input: ImageInput) => (await classifier.classify(input))[0]?.className
    for (const [column, name] of [
      [0, 'left'],
      [3, 'right'],
    ] as const) {
      const { data } = stripe(column)
      const dark = data.map((value) => 255 - value)
      const rgba = new Uint8ClampedArray([...data].flatMap((value) => [value, value, value, 255]))
      const png = encodePng({ data, width: 4, height: 4, channels: 1 })
      expect(await best(stripe(column))).toBe(name)
      expect(await best(png)).toBe(name)
      expect(await best(png.slice().buffer)).toBe(name)
      expect(await best(new Blob([png.slice()]))).toBe(name)
      expect(await best({ data: rgba, width: 4, height: 4 })).toBe(name)
      // Sixteen times as large: the same after averaging.
      expect(await best(stripe(column * 16 + 8, 64, 64))).toBe(name)
      // Of a data set's images nothing is turned round; its stripe's columns are bright, so the others are dark.
      const batch = await classifier.classify({
        images: Uint8Array.from([...data, ...dark]),
        count: 2,
        width: 4,
        height: 4,
        channels: 1,
      })
      expect(batch.map(([first]) => first?.className)).toEqual(
        column === 0 ? ['left', 'right'] : ['right', 'left'],
      )
    }
    const { data, ...size } = stripe(1, 8, 8)
    const light = { ...size, data: data.map((value) => 255 - value) }
    expect(await best(light)).toBe('left')
    expect(await classifier.classify([])).toEqual([])
    expect(await classifier.classify([stripe(0), stripe(3)])).toEqual([
      await classifier.classify(stripe(0)),
      await classifier.classify(stripe(3)),
    ])
    model.dispose()
  })

  test('has a worker prepare a large picture, and ends it', async () => {
    const model = sides()
    const large = stripe(700, 1024, 1024)
    const prepare = vi.spyOn(DecoderPool.prototype, 'prepare')
    const classifier = Classifier.from(model, { classNames, preprocessing: { invert: false, trim: false } })
    const answer = await classifier.classify(encodePng(large))
    const [pool] = prepare.mock.contexts as DecoderPool[]
    expect(pool?.workers).toBe(1)
    expect(answer).toEqual(classifier.classifySync(large))
    await classifier.dispose()
    expect(pool?.workers).toBe(0)
    prepare.mockRestore()
    model.dispose()
  })

  test.prop([fc.nat(0xffffffff), fc.uint8Array({ minLength: 28 * 28, maxLength: 28 * 28 })], { numRuns: 30 })(
    'gives every class once, probabilities that sum to 1 and fall, as the network does',
    async (seed, data) => {
      const names = Array.from({ length: 10 }, (_, index) => `class ${index}`)
      const model = wideAndDeepClassifier({ seed })
      const classifier = Classifier.from(model, { classNames: names, preprocessing: { invert: false } })
      const predictions = await classifier.classify({ data, width: 28, height: 28 })
      expect(predictions.map(({ className }) => className).sort()).toEqual(names)
      const probabilities = predictions.map(({ probability }) => probability)
      expect(probabilities).toEqual(probabilities.toSorted((a, b) => b - a))
      expect(probabilities.every((value) => value >= 0 && value <= 1)).toBe(true)
      expect(Math.abs(probabilities.reduce((sum, value) => sum + value, 0) - 1)).toBeLessThan(1e-12)
      const input = tensor(
        Float32Array.from(data, (value) => value / 255),
        [1, 28, 28],
      )
      const output = model.predict(input) as Tensor
      output.dataSync().forEach((value, index) => {
        const found = predictions.find(({ className }) => className === `class ${index}`)
        expect(Math.abs((found?.probability ?? 0) - value)).toBeLessThan(1e-6)
      })
      input.dispose()
      output.dispose()
      await classifier.dispose()
      model.dispose()
    },
  )

  test.prop([fc.array(uniform(-80, 80), { minLength: 2, maxLength: 9 }), uniform(-50, 50)])(
    'a softmax of logits sums to 1 and does not mind a shift',
    (logits, shift) => {
      const values = Float64Array.from(logits)
      const probabilities = toProbabilities(Float32Array.from(values), 'linear')
      const shifted = toProbabilities(
        Float32Array.from(values, (value) => value + shift),
        'linear',
      )
      expect(Math.abs(probabilities.reduce((sum, value) => sum + value, 0) - 1)).toBeLessThan(1e-12)
      probabilities.forEach((value, index) =>
        expect(Math.abs(value - (shifted[index] as number))).toBeLessThan(1e-4),
      )
    },
  )

  test('a network that ends in logits is as good', async () => {
    const model = sequential({ layers: [layers.flatten({ inputShape: [2, 2] }), layers.dense({ units: 3 })] })
    initializeWeights(model, 1)
    const classifier = Classifier.from(model, { classNames: ['a', 'b', 'c'] })
    const predictions = await classifier.classify({
      data: new Uint8Array([9, 99, 199, 0]),
      width: 2,
      height: 2,
    })
    expect(predictions.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 12)
    model.dispose()
  })

  test('takes colour images of its size in any form', async () => {
    const model = sequential({
      layers: [layers.flatten({ inputShape: [2, 2, 3] }), layers.dense({ units: 2, activation: 'softmax' })],
    })
    initializeWeights(model, 1)
    const classifier = Classifier.from(model, { classNames })
    expect(classifier.preprocessing).toMatchObject({ channels: 3, invert: false, trim: false })
    const data = Uint8Array.from({ length: 12 }, (_, index) => index * 20)
    const rgba = Uint8Array.from({ length: 16 }, (_, index) =>
      index % 4 === 3 ? 255 : (data[Math.floor(index / 4) * 3 + (index % 4)] as number),
    )
    expect(await classifier.classify({ data: rgba, width: 2, height: 2 })).toEqual(
      await classifier.classify({ data, width: 2, height: 2 }),
    )
    model.dispose()
  })
})

const flat = () =>
  sequential({ layers: [layers.dense({ inputShape: [12], units: 2, activation: 'softmax' })] })

const ending = (activation: 'sigmoid' | 'linear', units: number) => () =>
  sequential({ layers: [layers.dense({ inputShape: [4], units, activation })] })

const refused = (make: () => LayersModel, options: object, message: RegExp) => {
  const model = make()
  try {
    expect(() => Classifier.from(model, options)).toThrow(message)
  } finally {
    model.dispose()
  }
}

describe('what does not fit is refused', () => {
  test.each([
    [
      {},
      /The class names are not stored with the model\. Pass `classNames`: a name for each of the 2 outputs/,
    ],
    [{ classNames: ['one'] }, /The class names are not usable/],
    [
      { classNames: ['a', 'a'] },
      /`classNames` \(1 different of 2\) must name each of the network's 2 outputs once/,
    ],
    [{ classNames: ['a', 'b', 'c'] }, /`classNames`/],
    [{ classNames: [1, 2] }, /The class names are not usable/],
    [{ classNames, preprocessing: { scale: 'x' } }, /`preprocessing` is not usable: .*scale/s],
    [{ classNames, preprocessing: { unknown: 1 } }, /`preprocessing` is not usable: .*unknown/s],
    [
      { classNames, preprocessing: { height: 3 } },
      /3 × 4 × 1 values do not match the network's input shape \[4, 4\]/,
    ],
    [{ classNames, preprocessing: { margin: 2 } }, /`margin` \(=2\) leaves no pixels of 4 × 4/],
    [{ classNames, preprocessing: 5 }, /`preprocessing`/],
  ])('metadata %j', (options, message) => refused(sides, options, message))

  test('a flat input that is no square image needs its size', () => {
    refused(flat, { classNames }, /`preprocessing` is not usable/)
    const model = flat()
    expect(
      Classifier.from(model, { classNames, preprocessing: { height: 3, width: 4, channels: 1 } })
        .preprocessing.width,
    ).toBe(4)
    model.dispose()
  })

  test('networks that do not classify', () => {
    refused(ending('sigmoid', 2), { classNames }, /ends in layer `.*` \(Dense, activation sigmoid\)/)
    refused(
      ending('linear', 1),
      { classNames },
      /has the shape \[1\]; a classifier has one input and one output of shape \[classes\]/,
    )
  })

  test('metadata that was changed in the file', async () => {
    const model = sides()
    const folder = new FakeDirectory()
    await saveModel(model, folder, { metadata: classMetadata(model, { classNames }) })
    model.dispose()
    const json = JSON.parse(folder.text('model.json')) as { userDefinedMetadata: Record<string, unknown> }
    for (const [key, value] of [
      ['classNames', { length: 2 }],
      ['preprocessing', { height: -1 }],
      ['preprocessing', [1]],
      ['classNames', undefined],
    ] as const) {
      folder.set(
        'model.json',
        JSON.stringify({ ...json, userDefinedMetadata: { ...json.userDefinedMetadata, [key]: value } }),
      )
      await expect(Classifier.load(folder)).rejects.toMatchObject({ code: 'MODEL_BAD_METADATA' })
    }
    // What is missing may be given instead.
    const given = await Classifier.load(folder, { classNames: ['a', 'b'] })
    expect(given.classNames).toEqual(['a', 'b'])
    await given.dispose()
  })

  test.each([null, undefined, 'shirt.png', 5, {}, { data: [1], width: 1, height: 1 }, new Uint8Array(3)])(
    'the input %j',
    async (input) => {
      const model = sides()
      const classifier = Classifier.from(model, { classNames })
      await expect(classifier.classify(input as never)).rejects.toMatchObject({ code: 'MODEL_BAD_IMAGE' })
      model.dispose()
    },
  )

  test('a batch that does not add up', async () => {
    const model = sides()
    const classifier = Classifier.from(model, { classNames })
    const batch = { images: new Uint8Array(31), count: 2, width: 4, height: 4, channels: 1 }
    await expect(classifier.classify(batch)).rejects.toThrow(/31 values do not make 2 images of 4 × 4 × 1/)
    model.dispose()
  })

  test('weights that overflow', async () => {
    const model = sides()
    const weights = [tensor(new Float32Array(32).fill(3e38), [16, 2]), tensor([0, 0])]
    model.setWeights(weights)
    weights.forEach((weight) => weight.dispose())
    const classifier = Classifier.from(model, { classNames, preprocessing: { scale: 1 } })
    await expect(classifier.classify(stripe(1))).rejects.toMatchObject({ code: 'MODEL_NOT_FINITE' })
    model.dispose()
  })
})
