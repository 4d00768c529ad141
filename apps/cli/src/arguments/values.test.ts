import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { UsageError } from '../errors.ts'
import { choice, threadCount, wholeNumber } from './values.ts'

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
