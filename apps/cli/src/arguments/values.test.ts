import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { UsageError } from '../errors.ts'
import { choice, realNumber, threadCount, wholeNumber, wholeNumbers } from './values.ts'

describe('wholeNumber', () => {
  test.prop([fc.integer({ min: 1 })])('reads every whole number in range', (value) => {
    expect(wholeNumber('--epochs', String(value), { min: 1 })).toBe(value)
  })

  test.prop([fc.string()])('reads nothing but decimal digits', (text) => {
    fc.pre(!/^[+-]?\d+$/.test(text))
    expect(() => wholeNumber('--epochs', text, {})).toThrow(UsageError)
  })

  test.each([
    ['0', { min: 1 }, '`--epochs` (=0) must be a whole number of at least 1.'],
    ['abc', { min: 1 }, '`--epochs` (=abc) must be a whole number of at least 1.'],
    ['9', { min: 1, max: 8 }, '`--epochs` (=9) must be a whole number from 1 to 8.'],
    ['1.5', {}, '`--epochs` (=1.5) must be a whole number.'],
    [
      '99999999999999999999',
      { min: 1 },
      '`--epochs` (=99999999999999999999) must be a whole number of at least 1.',
    ],
  ])('refuses %s with the rule', (text, range, message) => {
    expect(() => wholeNumber('--epochs', text, range)).toThrow(message)
  })
})

describe('realNumber', () => {
  test.prop([fc.double({ noNaN: true, noDefaultInfinity: true })])(
    'reads every number JavaScript prints',
    (value) => {
      expect(realNumber('--x', String(value), {})).toBe(value === 0 ? 0 : value)
    },
  )

  test.each([
    ['0', { above: 0 }, '`--learning-rate` (=0) must be a number above 0.'],
    ['1', { min: 0, below: 1 }, '`--learning-rate` (=1) must be a number of at least 0 and below 1.'],
    ['NaN', {}, 'must be a number.'],
    ['', {}, 'must be a number.'],
    ['1e999', {}, 'must be a number.'],
  ])('refuses %j', (text, range, message) => {
    expect(() => realNumber('--learning-rate', text, range)).toThrow(message)
  })
})

test('wholeNumbers reads a list and refuses a hole in it', () => {
  expect(wholeNumbers('--units', '30, 20,10', { min: 1 })).toEqual([30, 20, 10])
  expect(() => wholeNumbers('--units', '30,,10', { min: 1 })).toThrow('`--units` (=) must be a whole number')
})

test('choice lists the right words and names the near one', () => {
  expect(choice('--executor', 'eager', ['auto', 'compiled', 'eager'])).toBe('eager')
  expect(() => choice('--executor', 'eagr', ['auto', 'compiled', 'eager'])).toThrow(
    '`--executor` (=eagr) must be auto, compiled or eager. Did you mean eager?',
  )
  expect(() => choice('--executor', 'gpu', ['auto', 'compiled', 'eager'])).toThrow(/compiled or eager\.$/)
})

test('threadCount takes auto and 1 to 8', () => {
  expect(threadCount('--threads', 'auto')).toBe('auto')
  expect(threadCount('--threads', '2')).toBe(2)
  for (const wrong of ['0', '-1', '9', 'two', ''])
    expect(() => threadCount('--threads', wrong)).toThrow(UsageError)
})
