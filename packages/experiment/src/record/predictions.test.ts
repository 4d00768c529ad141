import { csvParseRows } from 'd3-dsv'
import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { formatPredictions, parsePredictions } from './predictions.ts'

const float = fc.float({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value))

const classifier = fc
  .uniqueArray(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 5 })
  .chain((classNames) =>
    fc
      .array(
        fc.tuple(
          fc.nat(classNames.length - 1),
          fc.array(float, { minLength: classNames.length, maxLength: classNames.length }),
        ),
      )
      .map((rows) => ({
        kind: 'classifier' as const,
        classNames,
        labels: Int32Array.from(rows, ([label]) => label),
        probabilities: Float32Array.from(rows.flatMap(([, row]) => row)),
      })),
  )

describe('predictions.csv', () => {
  test.prop([classifier])('gives a classifier’s answers back to the bit', (rows) => {
    expect(parsePredictions(formatPredictions(rows), 'classifier', rows.classNames)).toEqual(rows)
  })

  test.prop([fc.array(fc.tuple(float, float))])('gives a regressor’s answers back to the bit', (pairs) => {
    const rows = {
      kind: 'regressor' as const,
      targetName: 'value',
      targets: Float32Array.from(pairs, ([target]) => target),
      predictions: Float32Array.from(pairs, ([, prediction]) => prediction),
    }
    expect(parsePredictions(formatPredictions(rows), 'regressor', ['value'])).toEqual(rows)
  })

  test.prop([fc.string()])('refuses other text', (text) => {
    expect(() => parsePredictions(text, 'classifier', ['a', 'b'])).toThrow(/predictions\.csv/)
  })

  test('reads like a table', () => {
    const text = formatPredictions({
      kind: 'classifier',
      classNames: ['Shirt', 'Bag, small'],
      labels: Int32Array.of(1),
      probabilities: Float32Array.of(0.25, 0.75),
    })
    expect(text).toBe(
      'row,label,prediction,confidence,Shirt,"Bag, small"\n0,"Bag, small","Bag, small",0.75,0.25,0.75\n',
    )
  })

  test('no cell begins a formula, and the names are read back', () => {
    const classNames = ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', "'=1+1", 'a=1', '']
    const rows = {
      kind: 'classifier' as const,
      classNames,
      labels: Int32Array.from(classNames, (_, i) => i),
      probabilities: new Float32Array(100).fill(0.1),
    }
    const text = formatPredictions(rows)
    const cells = csvParseRows(text).flat()
    expect(cells).toContain("'=1+1")
    expect(cells.filter((cell) => /^[=+\-@\t\r\n]/.test(cell))).toEqual([])
    expect(parsePredictions(text, 'classifier', classNames)).toEqual(rows)
  })

  test.each([
    ['=1', '=1'],
    ['\u001B[31m', '\u001B[31m'],
    ['\t1', "'\t1"],
  ])('a file of an earlier version has the class %j as %j', (name, cell) => {
    const text = `row,label,prediction,confidence,${cell},b\n0,${cell},b,0.75,0.25,0.75\n`
    expect(parsePredictions(text, 'classifier', [name, 'b'])).toMatchObject({ labels: Int32Array.of(0) })
  })

  test.each([
    ['row,label,prediction,confidence,a,b\n0,a,a,1,1e999,0\n', 'no number'],
    ['row,label,prediction,confidence,a,b\n0,c,a,1,1,0\n', 'unknown class in line 2'],
    ['row,label,prediction,confidence,a,b\n0,a,a,1,1\n', '5 cells in line 2, not 6'],
    ['row,label,prediction,confidence,a,b\n0,a,a,1,x,0\n', 'no number'],
    ['row,label,prediction,confidence,a\n', 'other columns'],
  ])('says what is wrong with %j', (text, message) => {
    expect(() => parsePredictions(text, 'classifier', ['a', 'b'])).toThrow(message)
  })
})
