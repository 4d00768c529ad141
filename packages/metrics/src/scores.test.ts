import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { fixture } from '../test/fixture.ts'
import { calibration } from './calibration.ts'
import { classificationReport } from './classification-report.ts'
import { confusionMatrix } from './confusion-matrix.ts'
import { logLoss, predictedClasses, topKAccuracy } from './probabilities.ts'
import { mae, r2, rmse } from './regression.ts'
import { accuracy, balancedAccuracy, cohenKappa, matthewsCorrcoef } from './scores.ts'
import { uniform } from '../../../test/support/uniform.ts'

interface ClassifierCase {
  labels: number[]
  predictions: number[]
  float32: boolean
  probabilities: number[]
  sampleWeight: number[] | null
  accuracy: number
  balancedAccuracy: number
  cohenKappa: number | null
  matthewsCorrcoef: number
  top2: number
  logLoss: number
  expectedCalibrationError: number
}
interface RegressorCase {
  targets: number[]
  predictions: number[]
  mae: number
  rmse: number
  r2: number
}
const cases = fixture<{ classifiers: ClassifierCase[]; regressors: RegressorCase[] }>('score-cases')

describe('equals scikit-learn to 1e-12 (log loss of float32 to 1e-6)', () => {
  test.each(cases.classifiers.map((item, i) => [i, item] as const))('classifier %i', (_, item) => {
    const { labels, predictions } = item
    const options = item.sampleWeight ? { sampleWeight: item.sampleWeight } : {}
    const probabilities = item.float32 ? Float32Array.from(item.probabilities) : item.probabilities
    expect([...predictedClasses(probabilities, probabilities.length / labels.length)]).toEqual(predictions)
    expect(accuracy(labels, predictions, options)).toBeCloseTo(item.accuracy, 12)
    expect(balancedAccuracy(labels, predictions, options)).toBeCloseTo(item.balancedAccuracy, 12)
    const kappa = cohenKappa(labels, predictions, options)
    if (item.cohenKappa === null) expect(kappa).toBeNaN()
    else expect(kappa).toBeCloseTo(item.cohenKappa, 12)
    expect(matthewsCorrcoef(labels, predictions, options)).toBeCloseTo(item.matthewsCorrcoef, 12)
    expect(topKAccuracy(labels, probabilities, 2, options)).toBeCloseTo(item.top2, 12)
    const loss = logLoss(labels, probabilities, options)
    expect(Math.abs(loss - item.logLoss) / item.logLoss).toBeLessThan(item.float32 ? 1e-6 : 1e-12)
    expect(calibration(labels, probabilities).expectedCalibrationError).toBeCloseTo(
      item.expectedCalibrationError,
      12,
    )
  })

  test.each(cases.regressors.map((item, i) => [i, item] as const))('regressor %i', (_, item) => {
    expect(mae(item.targets, item.predictions)).toBeCloseTo(item.mae, 12)
    expect(rmse(item.targets, item.predictions)).toBeCloseTo(item.rmse, 12)
    expect(r2(item.targets, item.predictions)).toBeCloseTo(item.r2, 10)
  })
})

const pairs = fc.array(fc.tuple(fc.nat(6), fc.nat(6)), { minLength: 1, maxLength: 80 }).map((rows) => ({
  labels: rows.map(([label]) => label),
  predictions: rows.map(([, predicted]) => predicted),
}))

const rename = (values: number[]) => values.map((value) => 50 - 3 * value)

describe('identities', () => {
  property.prop([pairs])(
    'the matrix holds every row once, and its margins are the class counts',
    ({ labels, predictions }) => {
      const matrix = confusionMatrix(labels, predictions, 7)
      expect(matrix.flat().reduce((a, b) => a + b)).toBe(labels.length)
      for (let c = 0; c < 7; c++) {
        expect(matrix[c]!.reduce((a, b) => a + b)).toBe(labels.filter((label) => label === c).length)
        expect(matrix.reduce((sum, row) => sum + row[c]!, 0)).toBe(predictions.filter((p) => p === c).length)
      }
    },
  )

  property.prop([pairs])(
    'weighted recall is the accuracy, and so is every micro average',
    ({ labels, predictions }) => {
      const report = classificationReport(labels, predictions)
      expect(report.weightedAverage.recall).toBeCloseTo(accuracy(labels, predictions), 12)
      expect(report.accuracy).toBeCloseTo(accuracy(labels, predictions), 12)
      expect(report.classes.reduce((sum, row) => sum + row.support, 0)).toBe(labels.length)
    },
  )

  property.prop([pairs])('weights of one change nothing', ({ labels, predictions }) => {
    const sampleWeight = new Float64Array(labels.length).fill(1)
    const plain = classificationReport(labels, predictions)
    const weighted = classificationReport(labels, predictions, { sampleWeight })
    expect({ ...weighted, floatSupport: plain.floatSupport }).toEqual(plain)
  })

  property.prop([pairs, fc.nat(1000)])(
    'the order of rows and the numbering of classes do not matter',
    ({ labels, predictions }, turn) => {
      const rotate = (values: number[]) => [
        ...values.slice(turn % values.length),
        ...values.slice(0, turn % values.length),
      ]
      for (const score of [accuracy, balancedAccuracy, cohenKappa, matthewsCorrcoef]) {
        const expected = score(labels, predictions)
        for (const other of [
          score(rotate(labels), rotate(predictions)),
          score(rename(labels), rename(predictions)),
        ])
          if (Number.isNaN(expected)) expect(other).toBeNaN()
          else expect(other).toBeCloseTo(expected, 12)
      }
    },
  )

  property.prop([pairs])('bounds', ({ labels, predictions }) => {
    for (const score of [accuracy, balancedAccuracy]) {
      expect(score(labels, predictions)).toBeGreaterThanOrEqual(0)
      expect(score(labels, predictions)).toBeLessThanOrEqual(1)
    }
    expect(Math.abs(matthewsCorrcoef(labels, predictions))).toBeLessThanOrEqual(1 + 1e-12)
    const kappa = cohenKappa(labels, predictions)
    expect(Number.isNaN(kappa) || kappa <= 1 + 1e-12).toBe(true)
  })

  property.prop([fc.array(fc.nat(6), { minLength: 2, maxLength: 60 })])(
    'a perfect prediction scores 1',
    (drawn) => {
      const labels = [0, 1, ...drawn]
      for (const score of [accuracy, balancedAccuracy, cohenKappa, matthewsCorrcoef])
        expect(score(labels, labels)).toBeCloseTo(1, 12)
      const oneHot = labels.flatMap((label) => Array.from({ length: 7 }, (_, c) => Number(c === label)))
      expect(topKAccuracy(labels, oneHot, 1)).toBe(1)
      expect(logLoss(labels, oneHot)).toBeCloseTo(0, 12)
      expect(calibration(labels, oneHot).expectedCalibrationError).toBe(0)
      expect(r2(labels, labels)).toBe(1)
      expect(mae(labels, labels)).toBe(0)
    },
  )
})

const rows = fc
  .array(fc.tuple(fc.nat(3), fc.array(uniform(0.01, 1), { minLength: 4, maxLength: 4 })), {
    minLength: 1,
    maxLength: 50,
  })
  .map((drawn) => ({
    labels: drawn.map(([label]) => label),
    probabilities: drawn.flatMap(([, values]) =>
      values.map((value) => value / values.reduce((a, b) => a + b)),
    ),
  }))

describe('of probabilities', () => {
  property.prop([rows])('top-k grows with k and ends at 1', ({ labels, probabilities }) => {
    const scores = [1, 2, 3, 4].map((k) => topKAccuracy(labels, probabilities, k))
    expect(scores).toEqual(scores.toSorted((a, b) => a - b))
    expect(scores[3]).toBe(1)
  })

  property.prop([rows, fc.integer({ min: 1, max: 20 })])(
    'bins hold every row once, each within its bounds',
    ({ labels, probabilities }, bins) => {
      const {
        bins: filled,
        expectedCalibrationError,
        maximumCalibrationError,
      } = calibration(labels, probabilities, { bins })
      expect(filled.reduce((sum, bin) => sum + bin.count, 0)).toBe(labels.length)
      for (const bin of filled.filter(({ count }) => count > 0)) {
        expect(bin.confidence).toBeGreaterThan(bin.low - 1e-12)
        expect(bin.confidence).toBeLessThan(bin.high + 1e-12)
      }
      expect(expectedCalibrationError).toBeLessThanOrEqual(maximumCalibrationError + 1e-12)
      expect(maximumCalibrationError).toBeLessThanOrEqual(1)
    },
  )
})

test('takes the probabilities of a softmax that rounds past 1', () => {
  const probabilities = Float32Array.from([1 + 2 ** -23, 0, 0, 1])
  expect(logLoss([0, 1], probabilities)).toBeCloseTo(0, 6)
  expect(calibration([0, 1], probabilities).bins[14]?.count).toBe(2)
})

describe('refuses', () => {
  test.each<[string, () => unknown, RegExp]>([
    ['lengths that differ', () => accuracy([0, 1], [0]), /one length, got 2 and 1/],
    ['nothing', () => accuracy([], []), /empty; give at least one sample/],
    [
      'a label outside the classes',
      () => confusionMatrix([0, 3], [0, 1], 3),
      /`labels\[1\]` \(=3\) must be an integer from 0 to 2/,
    ],
    [
      'a prediction of half a class',
      () => confusionMatrix([0, 1], [0, 0.5], 3),
      /`predictions\[1\]` \(=0.5\)/,
    ],
    ['no class', () => confusionMatrix([0], [0], 0), /`classCount` \(=0\)/],
    [
      'too few weights',
      () => accuracy([0, 1], [0, 1], { sampleWeight: [1] }),
      /one weight a sample, got 1 for 2 samples/,
    ],
    ['weights of nothing', () => accuracy([0, 1], [0, 1], { sampleWeight: [0, 0] }), /0 for every sample/],
    [
      'a weight that is no number',
      () => accuracy([0, 1], [0, 1], { sampleWeight: [1, Number.NaN] }),
      /must be a finite number/,
    ],
    [
      'another count of names',
      () => classificationReport([0, 1], [0, 1], { classNames: ['a'] }),
      /got 1 for 2 labels seen; .* give `labels`/,
    ],
    [
      'another zeroDivision',
      () => classificationReport([0, 1], [0, 1], { zeroDivision: 2 }),
      /must be 0, 1 or NaN/,
    ],
    ['no label to report', () => classificationReport([0, 1], [0, 1], { labels: [] }), /is empty/],
    ['probabilities of another shape', () => logLoss([0, 1], [0.5, 0.5, 1]), /shape \[2, classes\]/],
    [
      'a probability above 1',
      () => logLoss([0], [1.5, 0]),
      /`probabilities\[0\]` \(=1.5\) must be from 0 to 1/,
    ],
    ['k of 0', () => topKAccuracy([0], [0.5, 0.5], 0), /`k` \(=0\)/],
    ['no bins', () => calibration([0], [0.5, 0.5], { bins: 0 }), /`bins` \(=0\)/],
    ['NaN targets', () => mae([Number.NaN], [1]), /`targets\[0\]` \(=NaN\)/],
  ])('%s', (_, call, message) => {
    expect(call).toThrow(message)
    expect(call).toThrow(expect.objectContaining({ code: 'METRICS_BAD_INPUT' }))
  })
})
