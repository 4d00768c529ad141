import { describe, expect, test } from 'vitest'
import { fixture } from '../test/fixture.ts'
import { classificationReport } from './classification-report.ts'
import { formatClassificationReport } from './format-classification-report.ts'

interface Case {
  kind: string
  labels: number[]
  predictions: number[]
  text: string
  classNames?: string[]
  reported?: number[]
  sampleWeight?: number[]
  digits?: number
  zeroDivision?: 'nan' | number
}

const { scikitLearn, cases } = fixture<{ scikitLearn: string; cases: Case[] }>('classification-report-cases')

test('the cases are many and from the version stated', () => {
  expect(scikitLearn).toBe('1.9.1')
  expect(cases.length).toBeGreaterThanOrEqual(240)
})

describe('prints what scikit-learn prints', () => {
  test.each(cases.map((item, i) => [i, item.kind, item] as const))('%i: %s', (_, __, item) => {
    const report = classificationReport(item.labels, item.predictions, {
      classNames: item.classNames,
      labels: item.reported,
      sampleWeight: item.sampleWeight,
      zeroDivision: item.zeroDivision === 'nan' ? Number.NaN : item.zeroDivision,
    })
    expect(formatClassificationReport(report, { digits: item.digits ?? 2 })).toBe(item.text)
  })
})

test.each([-1, 1.5, 101, Number.NaN])('refuses %d digits', (digits) => {
  const report = classificationReport([0, 1], [0, 1])
  expect(() => formatClassificationReport(report, { digits })).toThrow(/must be an integer from 0 to 100/)
})
