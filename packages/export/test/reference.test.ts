import { classMetadata, wideAndDeepClassifier, wideAndDeepRegressor } from '@treadle/model'
import { startRuntime } from '@treadle/runtime'
import * as tfl from '@tensorflow/tfjs-layers'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { needsPython, skipsWithoutPython } from '../../../test/support/python.ts'
import { layerCases } from './layer-cases.ts'
import { randomNetworks } from './random-networks.ts'
import { compareWithReaders, fillWeights, type Comparison } from './reference.ts'

/** The largest difference of a prediction. */
const tolerances = { keras: 1e-6, onnx: 1e-5 } as const
type Format = keyof typeof tolerances

const NETWORKS = 100

/** Where the networks of this project lie among the models; the random ones follow. */
const own = layerCases.length
const random = own + 2

describe.skipIf(skipsWithoutPython)(`files in their own programs${needsPython}`, () => {
  const runtime = startRuntime({ threads: 1 })
  afterAll(async () => (await runtime).dispose())

  let results: Comparison[]
  beforeAll(async () => {
    await runtime
    const alone = layerCases.map(({ shape, build }) => {
      const input = tfl.input({ shape: [...shape] })
      return tfl.model({ inputs: input, outputs: build(input) })
    })
    const classifier = wideAndDeepClassifier({ seed: 1 })
    const classNames = Array.from({ length: 10 }, (_, index) => `class ${index}`)
    classifier.setUserDefinedMetadata(classMetadata(classifier, { classNames }))
    const models = [
      ...alone,
      classifier,
      wideAndDeepRegressor({ seed: 1 }),
      ...randomNetworks(NETWORKS, inject('propertySeed')),
    ]
    models.forEach(fillWeights)
    results = await compareWithReaders({ keras: models, onnx: models })
  }, 900_000)

  describe.each(Object.entries(tolerances).map(([format, tolerance]) => ({ format, tolerance })))(
    '$format: the same predictions within $tolerance',
    ({ format, tolerance }) => {
      const of = () => results.filter((result) => result.format === format)
      const expectSame = (found: readonly Comparison[]) => {
        expect(found.map(({ answer }) => answer.error).filter(Boolean)).toEqual([])
        for (const { difference } of found) expect(difference).toBeLessThan(tolerance)
      }

      test.each(layerCases.map(({ name }, index) => [name, index] as const))('%s', (_, index) =>
        expectSame(of().slice(index, index + 1)),
      )

      test('the networks of this project', () => expectSame(of().slice(own, random)))

      test(`${NETWORKS} random networks`, () => {
        expect(of().slice(random)).toHaveLength(NETWORKS)
        expectSame(of().slice(random))
      })
    },
  )

  const metadataOf = (format: Format) =>
    results.filter((result) => result.format === format)[own]?.answer.metadata

  test('metadata.json of a Keras file states class names, preprocessing and what to do with an image', () => {
    expect(metadataOf('keras')).toMatchObject({
      keras_version: '3.15.1',
      treadle: {
        classNames: expect.arrayContaining(['class 9']),
        preprocessing: { height: 28, width: 28, channels: 1, invert: 'auto' },
        input: expect.stringContaining('pixel · 0.00392156862745098 + 0'),
      },
    })
  })

  test('an ONNX file states them too, and leaves the batch size free', () => {
    expect(metadataOf('onnx')).toMatchObject({
      opset: [17],
      inputs: [['input', ['batch', 28, 28]]],
      outputs: [[expect.any(String), ['batch', 10]]],
      description: expect.stringContaining('pixel · 0.00392156862745098 + 0'),
      properties: { 'treadle.classNames': expect.stringContaining('"class 9"') },
    })
  })
})
